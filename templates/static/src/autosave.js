// Forms with data-autosave send their fields as they change. The version counts the answers on the server: a stale
// window is refused, never obeyed. What could not be sent waits in this device's storage, without the form's secret.
const PAUSE = 400;
const AGAIN = 5000;
const OURS = ["csrf", "version", "tab"];
const NEVER = ["hidden", "submit", "file", "password"]; // not ours to fill in again
const TONE = { saved: "ok", saving: "info", offline: "warn", stale: "bad", refused: "bad" };

const store = (kind) => {
  try {
    return window[kind];
  } catch {
    return null; // storage is switched off: the answers live on the page alone
  }
};
const local = store("localStorage");
const session = store("sessionStorage");

// The same window keeps its name over a reload, so that an answer whose receipt was lost is not taken for a stranger's.
let tab = session?.getItem("tab");
if (!tab) {
  tab = Math.random().toString(36).slice(2);
  try {
    session?.setItem("tab", tab);
  } catch {
    // full or forbidden
  }
}

const autosave = (form) => {
  const url = form.dataset.autosave;
  const key = `answers:${url}`;
  const version = form.elements.version;
  const box = document.querySelector("[data-save-state]");
  if (box) box.hidden = false;
  let timer;
  let sending = false;
  let dirty = false;
  let stopped = false;

  const say = (state, time = "") => {
    if (!box) return;
    box.textContent = box.dataset[state].replace("{t}", time);
    box.className = `tag ${TONE[state]}`;
  };
  const later = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(send, pause);
  };
  const keep = () => {
    const fields = [...new FormData(form)].filter(([name, value]) => {
      const secret = form.elements[name]?.type === "password";
      return typeof value === "string" && !secret && !OURS.includes(name);
    });
    try {
      local?.setItem(key, JSON.stringify({ version: Number(version.value), fields }));
    } catch {
      // full or forbidden: sending goes on
    }
  };
  const recall = () => {
    let kept = null;
    try {
      kept = JSON.parse(local?.getItem(key) ?? "null");
    } catch {
      // not ours
    }
    const mine = kept?.version >= Number(version.value) || form.dataset.tab === tab;
    if (!kept || !mine) return local?.removeItem(key);
    for (const field of form.elements) {
      if (!field.name || NEVER.includes(field.type)) continue;
      const values = kept.fields.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
      else if (values.length) field.value = values[0];
    }
    dirty = true;
    later(0);
  };

  const send = async (event) => {
    if (sending || stopped || !dirty) return;
    sending = true;
    dirty = false;
    say("saving");
    let reply = null;
    let saved = null;
    try {
      const body = new URLSearchParams(new FormData(form));
      body.set("tab", tab);
      reply = await fetch(url, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        redirect: "manual",
        keepalive: event?.type === "pagehide",
      });
      if (reply.ok) saved = await reply.json();
    } catch {
      // the line is down
    }
    sending = false;
    settle(reply, saved);
  };

  const settle = (reply, saved) => {
    if (saved) {
      version.value = saved.version;
      if (dirty) {
        keep();
        return later(0);
      }
      local?.removeItem(key);
      const at = new Date(saved.saved_at).toLocaleTimeString("zh-CN", { timeZone: "Asia/Shanghai", hourCycle: "h23" });
      return say("saved", at);
    }
    const status = reply?.status ?? 503;
    const refused = status >= 400 && status < 500 && status !== 408 && status !== 429;
    const final = refused || reply?.type === "opaqueredirect";
    if (final) {
      stopped = true;
      form.inert = status === 409;
      return say(status === 409 ? "stale" : "refused");
    }
    dirty = true;
    say("offline");
    later(AGAIN);
  };

  const changed = () => {
    if (stopped) return;
    dirty = true;
    keep();
    later(PAUSE);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  addEventListener("online", send);
  addEventListener("pagehide", send);
  recall();
};

for (const form of document.querySelectorAll("form[data-autosave]")) {
  if (form.elements.version) autosave(form);
}
