// "/" leads to the box that finds things, or where the header has no room for it to its page. It never takes a key from
// somebody who is typing.
const typing = (el) => el.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(el.tagName);

document.addEventListener("keydown", (e) => {
  if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey || typing(e.target)) return;
  const box = document.querySelector("[data-find]");
  if (!box) return;
  e.preventDefault();
  if (box.offsetParent) box.focus();
  else location.assign(box.form.getAttribute("action"));
});
