// What a page says of itself. This file is put into every document before its own scripts (modes.mjs); each function
// returns what breaks a rule as [rule, what]. Sizes are CSS pixels, contrasts are ratios of WCAG 2.2.
globalThis.look = (() => {
  const seen = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getBoundingClientRect().width > 1;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);
  const name = (e) => {
    const text = (e.innerText || e.name || e.closest("label")?.innerText || "").trim().replace(/\s+/g, " ");
    return `${[e.localName, ...e.classList].join(".")} ${text.slice(0, 24)}`.trim();
  };
  /** The head of a folded table shows only while it has the focus. */
  const folded = (e) => e.closest(".fold thead") && getComputedStyle(e.closest("thead")).position === "absolute";
  const few = (rule, bad) => {
    const more = bad.length > 3 ? [`and ${bad.length - 3} more`] : [];
    return [...bad.slice(0, 3), ...more].map((what) => [rule, what]);
  };

  // Shifts are noted from the start, before anything is painted.
  const shifts = [];
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries()) {
      const what = sources.map(({ node }) => (node?.nodeType === Node.ELEMENT_NODE ? name(node) : node?.data ?? "?"));
      shifts.push(`${value.toFixed(4)} of ${what.join(", ").slice(0, 120)}`);
    }
  }).observe({ type: "layout-shift", buffered: true });

  /** Waits until something was painted. */
  const painted = () => new Promise((done) => {
    new PerformanceObserver(() => done()).observe({ type: "paint", buffered: true });
  });

  /**
   * What came over the line: bytes as packed, with 300 for the head of each answer, and requests; when the page showed and
   * when it could be used, in ms. Nothing on it may move by itself.
   */
  async function load() {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
    const [page] = performance.getEntriesByType("navigation");
    const parts = [page, ...performance.getEntriesByType("resource")];
    return {
      bytes: parts.reduce((sum, p) => sum + p.encodedBodySize + 300, 0),
      requests: parts.length,
      shownMs: Math.round(performance.getEntriesByName("first-contentful-paint")[0]?.startTime),
      usableMs: Math.round(page.domContentLoadedEventEnd),
      found: few("a shift of the layout", shifts),
    };
  }

  /** What holds in every width: nothing too wide or cut off, targets as large as a finger. */
  function layout({ least, width }) {
    const { scrollWidth, clientWidth } = document.documentElement;
    const found = innerWidth === width ? [] : [["the window", `${innerWidth} px wide`]];
    if (scrollWidth > clientWidth) {
      const out = all("body *").filter((e) => e.getBoundingClientRect().right > clientWidth + 0.5);
      const named = out.filter((e) => !e.closest(".tw-x")).slice(-2).map(name);
      found.push(["the width", `${scrollWidth - clientWidth} px too wide: ${named.join(" | ")}`]);
    }
    return [
      ...found, ...few("text that is cut off", cut()), ...few("text outside of its drawing", spilt()),
      ...few("the size of a target", small(least)),
    ];
  }

  function cut() {
    const whole = "button, .btn, .tag, .tool, .lnk, th, td, select";
    return all("body *:not(.vh, input, option, br, svg, svg *)").filter((e) => {
      if (e.scrollWidth <= e.clientWidth + 1 || e.clientWidth < 2 || folded(e)) return false;
      const { display, overflowX } = getComputedStyle(e);
      return ["hidden", "clip"].includes(overflowX) || (e.matches(whole) && overflowX === "visible" && display !== "inline");
    }).map(name);
  }

  function spilt() {
    return all("svg text").filter((e) => {
      const [own, whole] = [e, e.closest("svg")].map((x) => x.getBoundingClientRect());
      const half = own.height / 2; // letters fill no more of their line
      return own.left < whole.left - 2 || own.right > whole.right + 2 || own.top < whole.top - half || own.bottom > whole.bottom + half;
    }).map((e) => `${e.textContent} in ${name(e.closest("figure") ?? e.closest("svg").parentElement)}`);
  }

  const POINTS = "a[href], button, summary, select, textarea, input:not([type=hidden])";

  /** A link in a sentence may be as low as its line; a box to tick is as large as its label. */
  function small(least) {
    const bad = [];
    for (const e of all(POINTS)) {
      if (e.closest(".vh, .skip") || (e.localName === "a" && inSentence(e))) continue;
      const at = ["checkbox", "radio"].includes(e.type) && e.labels.length ? e.labels[0] : e;
      const { width, height } = at.getBoundingClientRect();
      if (Math.min(width, height) < least - 0.5) bad.push(`${name(e)}: ${Math.round(width)} × ${Math.round(height)} px`);
    }
    return bad;
  }

  function inSentence(link) {
    if (getComputedStyle(link).display !== "inline") return false;
    let block = link.parentElement;
    while (getComputedStyle(block).display === "inline") block = block.parentElement;
    const words = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
      const { data, parentElement } = words.currentNode;
      if (!parentElement.closest("a, button") && /[\p{L}\p{N}]/u.test(data)) return true;
    }
    return false;
  }

  // Colours as computed: [red, green, blue] of 0 to 255, alpha of 0 to 1.
  const numbers = (colour) => {
    const [r = 0, g = 0, b = 0, a = 1] = (colour.match(/[\d.]+/g) ?? []).map(Number);
    return [r, g, b, a];
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((v, i) => v * a + below[i] * (1 - a));
  const WHITE = [255, 255, 255];
  const grounds = new Map(); // of elements, in the mode that is looked at
  const ground = (e) => {
    if (!e) return WHITE;
    if (!grounds.has(e)) {
      const own = numbers(getComputedStyle(e).backgroundColor);
      grounds.set(e, own[3] === 1 ? own.slice(0, 3) : over(own, ground(e.parentElement)));
    }
    return grounds.get(e);
  };
  const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = (c) => [0.2126, 0.7152, 0.0722].reduce((sum, part, i) => sum + part * linear(c[i] / 255), 0);
  const contrast = (a, b) => {
    const [x, y] = [light(a), light(b)];
    return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
  };
  const against = (colour, e) => contrast(over(numbers(colour), ground(e)), ground(e));
  const letters = (e) => [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
  const TEXTS = "body *:not(script, style, option, svg, svg *)";
  const FIELDS = ".in, .pick, .face, .drop, select, textarea";

  /** Contrast of letters: `text`; of edges, bars and icons: 3. What is switched off is exempt. */
  function colours({ text }) {
    grounds.clear();
    const bad = [];
    const want = (e, what, got, least) => { if (got < least) bad.push(`${name(e)}: ${what} ${got.toFixed(2)}`); };
    for (const e of all(TEXTS)) {
      if (letters(e) && !e.closest(":disabled, [aria-disabled=true], .vh, .skip")) {
        want(e, "letters", against(getComputedStyle(e).color, e), text);
      }
    }
    for (const e of all(FIELDS)) {
      const { borderTopColor, borderTopWidth } = getComputedStyle(e);
      want(e, "edge", parseFloat(borderTopWidth) ? against(borderTopColor, e.parentElement) : 1, 3);
    }
    for (const e of all("progress")) want(e, "bar", contrast(numbers(getComputedStyle(e).color), ground(e)), 3);
    for (const e of all(".face svg, .bigmark, .empty svg")) {
      const { color, stroke } = getComputedStyle(e);
      want(e.closest(".face, .bigmark, .empty"), "icon", against(stroke === "none" ? color : stroke, e), 3);
    }
    return few("the contrast", bad);
  }

  /** Nothing moves for those who asked for that. */
  function still() {
    const bad = document.getAnimations().map((a) => name(a.effect.target));
    for (const e of document.querySelectorAll("body *")) {
      for (const part of ["", "::before", "::after"]) {
        const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(e, part);
        const lasts = transitionDuration.split(",").some((t) => parseFloat(t) > 0);
        if (lasts || animationName !== "none" || scrollBehavior === "smooth") bad.push(name(e) + part);
      }
    }
    return few("something moves", bad);
  }

  /** On paper: no menus or buttons, dark letters on white, nothing in a box that would scroll, addresses of links. */
  function paper() {
    grounds.clear();
    const bad = all("nav, .top, .foot, .skip, .tools, .btn, .filters").map((e) => `${name(e)} is printed`);
    for (const e of all(TEXTS)) {
      const { color, overflowX, position } = getComputedStyle(e);
      if (letters(e) && !e.closest(".vh")) {
        if (contrast(ground(e), WHITE) > 1.25) bad.push(`${name(e)} is not on white`);
        else if (against(color, e) < 4.5) bad.push(`${name(e)}: letters ${against(color, e).toFixed(2)}`);
      }
      if (["auto", "scroll"].includes(overflowX) && e.scrollWidth > e.clientWidth + 1) bad.push(`${name(e)} is cut`);
      if (["sticky", "fixed"].includes(position)) bad.push(`${name(e)} is ${position}`);
    }
    for (const e of all(".prose a[href^=http]")) {
      if (!getComputedStyle(e, "::after").content.includes("http")) bad.push(`${name(e)} does not say where it leads`);
    }
    return few("the printed page", bad);
  }

  const edged = (e) => ["Top", "Right", "Bottom", "Left"].some((side) => {
    const way = getComputedStyle(e);
    return parseFloat(way[`border${side}Width`]) > 0 && against(way[`border${side}Color`], e.parentElement) > 1.5;
  });
  const outlined = (e) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(e);
    return outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
  };

  /** Notes, in ordinary colours, what is told from its surroundings by its ground alone. */
  let plain = [];
  function note() {
    grounds.clear();
    plain = all("body *:not(svg *)").filter((e) => !e.innerText?.trim() && !e.querySelector("svg, img, input") && !edged(e)
      && contrast(ground(e), ground(e.parentElement)) > 1.05);
    return [];
  }

  /** In the colours of the system, dark: edges stay, what was noted is still there, drawings have their own paper. */
  function forced() {
    grounds.clear();
    const bad = all(`${FIELDS}, .btn, progress, .tag, .note`).filter((e) => !edged(e) && !outlined(e))
      .map((e) => `${name(e)} has no edge`);
    for (const e of plain.filter(seen)) {
      if (!outlined(e) && contrast(ground(e), ground(e.parentElement)) < 1.05) bad.push(`${name(e)} is gone`);
    }
    for (const e of all("svg:not([aria-hidden])")) {
      if (contrast(ground(e), WHITE) > 1.1) bad.push(`${name(e.parentElement)}: a drawing in dark on dark`);
    }
    for (const e of all("a[aria-current], [aria-pressed=true]")) {
      if (parseInt(getComputedStyle(e).fontWeight, 10) < 600 && !outlined(e)) bad.push(`${name(e)} looks like the others`);
    }
    return few("forced colours", bad);
  }

  // The way of the Tab key: of a group of radio buttons one is on it.
  function way() {
    const groups = new Set();
    return all(`${POINTS}, [tabindex]`).filter((e) => {
      if (e.matches(":disabled") || e.tabIndex < 0 || e.closest("[inert]")) return false;
      if (e.type !== "radio") return true;
      const group = [...document.getElementsByName(e.name)].filter((r) => r.form === e.form && seen(r));
      if ((group.find((r) => r.checked) ?? group[0]) !== e || groups.has(group[0])) return false;
      return groups.add(group[0]);
    });
  }

  const met = [];
  const outside = (box) => box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth;
  function stop({ target }) {
    const box = target.getBoundingClientRect();
    const ringed = [target, target.closest(".face, .pick")].find((e) => e && outlined(e));
    const faults = [];
    if (!ringed || parseFloat(getComputedStyle(ringed).outlineWidth) < 2) faults.push("no ring");
    else if (against(getComputedStyle(ringed).outlineColor, ringed.parentElement) < 3) faults.push("a pale ring");
    if (outside(box)) faults.push("out of sight");
    else if (target.getClientRects().length === 1) {
      const within = (v, most) => Math.min(Math.max(v, 1), most - 1);
      const x = within(box.left + box.width / 2, innerWidth);
      const y = within(box.top + Math.min(box.height / 2, 20), innerHeight);
      const top = document.elementFromPoint(x, y);
      const own = top && (target.contains(top) || top.contains(target) || target.closest("label")?.contains(top));
      if (top && !own) faults.push(`behind ${name(top)}`);
    }
    met.push({ e: target, faults, top: box.top + scrollY, bottom: box.bottom + scrollY, left: box.left, right: box.right });
  }

  /** Begins to note where the Tab key leads; returns how often to press it: a date and a group may have more stops. */
  function tabs() {
    met.length = 0;
    grounds.clear();
    document.body.tabIndex = -1; // the way begins at the top, wherever an earlier one has ended
    document.body.focus();
    document.body.blur();
    document.body.removeAttribute("tabindex");
    document.addEventListener("focusin", stop);
    const parts = document.querySelectorAll("input[type^=date], input[type=month], input[type=time]").length;
    const rounds = document.querySelector("[autofocus]") ? 2 : 1; // it begins there, and comes to the first at last
    return rounds * (way().length + 6 * parts + document.querySelectorAll("input[type=radio]").length + 3);
  }

  /** Every stop was met in the order of the text, first the link to it, none twice; rings are seen, columns run down. */
  function followed() {
    document.removeEventListener("focusin", stop);
    const want = way();
    const got = met.slice(Math.max(met.findIndex(({ e }) => e.matches(".skip")), 0));
    const round = got.findIndex(({ e }, i) => i > 0 && e === got[0].e);
    const stops = (round < 0 ? got : got.slice(0, round)).filter(({ e }) => want.includes(e));
    const bad = [];
    if (document.querySelector(".skip") && !want[0]?.matches(".skip")) bad.push("the first is not the link to the text");
    const odd = want.findIndex((e, i) => stops[i]?.e !== e);
    if (odd >= 0) bad.push(`${odd + 1}. is ${stops[odd] ? name(stops[odd].e) : "the end"}, not ${name(want[odd])}`);
    // Over the page, stuck to it or beside it; on a telephone the header's tools stand over the menu they follow.
    const apart = `.skip, .menu-in, .exam, .side${innerWidth < 1024 ? ", .tools" : ""}`;
    stops.forEach((at, i) => {
      for (const f of at.faults) bad.push(`${name(at.e)}: ${f}`);
      const last = stops[i - 1];
      if (!last || last.e.closest(apart) || at.e.closest(apart) || folded(last.e)) return;
      const column = Math.min(at.right, last.right) - Math.max(at.left, last.left) > 0;
      if (column && at.bottom <= last.top) bad.push(`${name(at.e)} comes after ${name(last.e)}, which is beneath it`);
    });
    return few("the way of the Tab key", bad);
  }

  /** One heading of the first order, no keys (`source`) or traces of the program among the words, a label to each field. */
  function words({ source }) {
    const found = [];
    const heads = document.querySelectorAll("h1").length;
    if (heads !== 1) found.push(["one h1", `${heads}`]);
    const text = [...document.querySelectorAll("body *:not(code, pre, script, style)")]
      .flatMap((e) => [...e.childNodes])
      .filter((n) => n.nodeType === Node.TEXT_NODE && !n.parentElement.closest("code, pre"))
      .map((n) => n.data).join("\n");
    const raw = text.match(new RegExp(source)) ?? text.match(/%!\w?\(|<nil>|\[object |\bNaN\b/);
    if (raw) found.push(["the words", raw[0]]);
    for (const e of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
      if (!e.labels?.length && !e.ariaLabel && !e.hasAttribute("aria-labelledby")) found.push(["a label", e.name]);
    }
    return found;
  }

  return { painted, load, layout, colours, still, paper, note, forced, tabs, followed, words };
})();
