// Menus that close, dialogs and printing.
const all = (selector) => document.querySelectorAll(selector);

const shut = (event) => {
  for (const menu of all("details[data-menu][open]")) {
    if (event.key === "Escape") menu.querySelector("summary").focus();
    else if (menu.contains(event.target)) continue;
    menu.open = false;
  }
};
document.addEventListener("click", shut);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") shut(event);
});

for (const opener of all("[data-dialog]")) {
  opener.addEventListener("click", (event) => {
    const box = document.getElementById(opener.dataset.dialog);
    if (!box?.showModal) return;
    event.preventDefault();
    box.showModal();
  });
}
for (const button of all("[data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}

for (const button of all("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
