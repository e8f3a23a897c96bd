// The switches for large print and contrast are a form; the script spares the reader the reload.
const root = document.documentElement;

for (const button of document.querySelectorAll("button[data-mode-on]")) {
  button.addEventListener("click", (event) => {
    if (document.querySelector("svg.figure")) return; // figures are drawn anew for large print
    event.preventDefault();
    const { form, name, value } = button;
    const body = new URLSearchParams(new FormData(form));
    body.set(name, value);
    // A lost line only means that the choice lasts for this page.
    fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => {});
    const on = value !== "normal";
    if (on) root.dataset[name] = value;
    else delete root.dataset[name];
    button.setAttribute("aria-pressed", String(on));
    button.value = on ? "normal" : button.dataset.modeOn;
  });
}
