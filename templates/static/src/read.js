// Reads a part of the page aloud, sentence by sentence, and marks the block that is being read. A pause ends the sentence
// and reading goes on with it again: many telephones cannot hold a voice.
const speech = window.speechSynthesis;

// The blocks of text within root, each with what is to be said of it; what is folded away is not read.
const blocks = (root) => {
  const found = new Map();
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    let box = walk.currentNode.parentElement;
    const seen = box.checkVisibility ? box.checkVisibility() : box.getClientRects().length;
    if (!seen || box.closest("button, select, textarea, svg, .vh, [data-voice]")) continue;
    while (box !== root && getComputedStyle(box).display.startsWith("inline")) box = box.parentElement;
    found.set(box, (found.get(box) ?? "") + walk.currentNode.data);
  }
  return [...found].flatMap(([box, text]) =>
    (text.replace(/\s+/g, " ").match(/[^。！？!?；;]+[。！？!?；;”’』」）)]*/g) ?? []).map((says) => ({ box, says })));
};

const reader = (group) => {
  const [go, stop, speed] = ["", "-stop", "-speed"].map((part) => group.querySelector(`[data-read${part}]`));
  const root = document.getElementById(go.dataset.read);
  const name = go.textContent;
  const { lang } = root.closest("[lang]");
  let parts = [];
  let at = 0;
  let turn = 0; // a voice that was ended reports no more

  const mark = (box) => {
    for (const old of document.querySelectorAll("[data-spoken]")) delete old.dataset.spoken;
    if (!box) return;
    box.dataset.spoken = "";
    box.scrollIntoView({ block: "nearest" });
  };
  const rest = (words) => {
    turn += 1;
    speech.cancel();
    go.textContent = words;
  };
  const end = () => {
    rest(name);
    mark(null);
    parts = [];
    stop.hidden = speed.hidden = true;
  };
  const say = () => {
    if (at >= parts.length) return end();
    rest(go.dataset.pause);
    const mine = turn;
    const { box, says } = parts[at];
    const voice = new SpeechSynthesisUtterance(says);
    voice.lang = lang;
    voice.voice = speech.getVoices().find((v) => v.lang.replace("_", "-") === lang) ?? null;
    voice.rate = Number(speed.querySelector("select").value);
    voice.onend = () => {
      if (mine !== turn) return;
      at += 1;
      say();
    };
    voice.onerror = () => mine === turn && end(); // no voice speaks this language here
    mark(box);
    speech.speak(voice);
  };

  go.hidden = false;
  go.addEventListener("click", () => {
    if (go.textContent === go.dataset.pause) return rest(go.dataset.resume);
    if (!parts.length) {
      parts = blocks(root);
      at = 0;
      stop.hidden = speed.hidden = false;
    }
    say();
  });
  stop.addEventListener("click", () => {
    go.focus();
    end();
  });
  speed.addEventListener("change", () => {
    if (go.textContent === go.dataset.pause) say();
  });
  addEventListener("pagehide", end);
};

if (speech) document.querySelectorAll("[data-voice]").forEach(reader);
