// The time left of an exam. The server's clock decides; this one only shows it, and hands the paper in at zero.
const WARN = [600, 300, 60];

for (const clock of document.querySelectorAll("[data-left]")) {
  const end = Date.now() + Number(clock.dataset.left) * 1000;
  const voice = document.querySelector("[data-left-voice]");
  let before = Infinity;
  const tick = () => {
    const left = Math.max(0, Math.round((end - Date.now()) / 1000));
    const two = (n) => String(n).padStart(2, "0");
    const hours = Math.floor(left / 3600);
    const rest = `${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
    clock.textContent = clock.dataset.text.replace("{t}", hours ? `${hours}:${rest}` : rest);
    if (voice && WARN.some((at) => before > at && left <= at) && before !== Infinity) {
      voice.textContent = clock.textContent;
    }
    before = left;
    if (left > 0) return;
    clearInterval(timer);
    document.getElementById(clock.dataset.form)?.requestSubmit();
  };
  const timer = setInterval(tick, 1000);
  tick();
}
