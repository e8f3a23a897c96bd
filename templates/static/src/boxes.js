// Menus that close, dialogs, printing and reading aloud.
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

if (window.speechSynthesis) {
  for (const button of all("[data-read]")) {
    const name = button.textContent;
    const rest = () => {
      button.textContent = name;
      button.setAttribute("aria-pressed", "false");
    };
    button.hidden = false;
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") === "true";
      speechSynthesis.cancel();
      rest();
      if (on) return;
      const speech = new SpeechSynthesisUtterance(document.getElementById(button.dataset.read).innerText);
      speech.lang = document.documentElement.lang;
      speech.onend = rest;
      speechSynthesis.speak(speech);
      button.textContent = button.dataset.stop;
      button.setAttribute("aria-pressed", "true");
    });
  }
  addEventListener("pagehide", () => speechSynthesis.cancel());
}
