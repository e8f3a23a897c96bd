// Looks at one page in every mode without loading it again: widths, large print, contrast, print, forced colours, text
// twice as large, the way of the Tab key, and what came over the line. What the page is asked is in look.js.
import { readFileSync } from "node:fs";

const source = (file) => readFileSync(new URL(file, import.meta.url), "utf8");
// What every document gets before its own scripts.
export const eyes = [source("look.js"), source("node_modules/axe-core/axe.min.js")].join("\n");
const ask = (page, what, about) => page.evaluate(([w, a]) => globalThis.look[w](a), [what, about]);

/** A window whose pages are looked at: script of the looks, no animation wanted. */
export async function lookout(browser, options) {
  const context = await browser.newContext({
    viewport: { width: 360, height: 740 }, locale: "zh-CN", reducedMotion: "reduce", ...options,
  });
  await context.addInitScript(eyes);
  const page = await context.newPage();
  page.setDefaultTimeout(60000); // beside others
  const line = await context.newCDPSession(page);
  await line.send("Network.enable");
  await line.send("Network.setCacheDisabled", { cacheDisabled: true });
  return { context, page, line };
}

/** Loads a page; its script is held back until the page was painted, so that what the script changes shows as a shift. */
export async function load({ page, line }, path) {
  let held;
  const asked = new Promise((done) => { held = done; });
  line.on("Fetch.requestPaused", held);
  await line.send("Fetch.enable", { patterns: [{ urlPattern: "*/static/shanzhi.*" }] });
  const answer = await page.goto(path, { waitUntil: "commit" });
  const { requestId } = await asked;
  await ask(page, "painted");
  await line.send("Fetch.continueRequest", { requestId });
  await page.waitForLoadState("load");
  line.off("Fetch.requestPaused", held);
  await line.send("Fetch.disable");
  return { status: answer.status(), ...await ask(page, "load") };
}

/** Asks axe; `rules` = some of its rules. */
export async function ofAxe(page, rules) {
  const run = { resultTypes: ["violations"], ...(rules && { runOnly: rules }) };
  const { violations } = await page.evaluate((r) => globalThis.axe.run(document, r), run);
  return violations.map((v) => [`axe ${v.id}`, v.nodes.slice(0, 3).map((n) => n.target).join(" | ")]);
}
// What a mode changes of all that axe asks; the rest is asked once.
const ofColour = ["color-contrast", "link-in-text-block"];
// What a language changes: names and what they name, and the mark of the language.
const ofWords = ["cat.text-alternatives", "cat.name-role-value", "cat.language"];

const mode = (page, name, value) => page.evaluate(([n, v]) => {
  if (v) document.documentElement.dataset[n] = v;
  else delete document.documentElement.dataset[n];
}, [name, value]);
/** Another width of what is seen, without the window around it, which takes twice as long. */
const width = ({ page, line }, w) => line.send("Emulation.setDeviceMetricsOverride", {
  width: w, height: page.viewportSize().height, deviceScaleFactor: 1, mobile: false,
});
const letters = (page, size) => page.evaluate((s) => { document.documentElement.style.fontSize = s; }, size);

/** Presses Tab through the whole page. */
async function tab({ page, line }) {
  const presses = await ask(page, "tabs");
  const key = { key: "Tab", code: "Tab", windowsVirtualKeyCode: 9 };
  await Promise.all(Array.from({ length: presses }, () => line.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...key })));
  return ask(page, "followed");
}

/** Looks at the loaded page in all modes; tell(mode, [rule, what]) is called with what is wrong; source = what is no word. */
export async function inspect(at, tell, source = "$^") {
  const { page } = at;
  const all = async (name, found) => { for (const f of await found) tell(name, f); };
  const sizes = async (name, least, widths) => {
    for (const w of widths) {
      await width(at, w);
      await all(`${name} at ${w} px`, ask(page, "layout", { least, width: w }));
    }
  };
  await all("", ask(page, "words", { source }));
  await all("", ask(page, "still"));
  await all("", ask(page, "colours", { text: 4.5 }));
  await all("", ofAxe(page));
  await sizes("", 44, [360]);
  await all("the width of a telephone", tab(at));
  await sizes("", 44, [320, 768, 1280]);
  await all("", tab(at));

  await mode(page, "contrast", "high");
  await all("high contrast", ask(page, "colours", { text: 7 }));
  await all("high contrast", ofAxe(page, ofColour));
  await mode(page, "contrast");

  await mode(page, "mode", "elder");
  await sizes("large print", 60, [1280, 768, 360]);
  await all("large print", ask(page, "colours", { text: 4.5 }));
  await all("large print", ofAxe(page, ["scrollable-region-focusable"])); // its colours are asked above
  await mode(page, "mode");

  await letters(page, "200%");
  await sizes("letters twice as large", 44, [640]);
  await letters(page, "");

  await ask(page, "note");
  await page.emulateMedia({ forcedColors: "active", colorScheme: "dark" });
  await all("forced colours", ask(page, "forced")); // axe takes the colours of the page for those that are shown
  await page.emulateMedia({ forcedColors: "none", colorScheme: "light", media: "print" });
  await width(at, 680); // A4 without its margins
  await all("print", ask(page, "layout", { least: 0, width: 680 }));
  await all("print", ask(page, "paper"));
  await all("print", ofAxe(page, ofColour));
  await page.emulateMedia({ media: null });
  await width(at, 360);
}

/** Looks at the loaded page in another language: words and widths. */
export async function read(at, tell, source) {
  const { page } = at;
  const all = async (name, found) => { for (const f of await found) tell(name, f); };
  await all("", ask(page, "words", { source }));
  await all("", ofAxe(page, ofWords));
  for (const [w, big] of [[360, ""], [360, "elder"], [768, "elder"], [1280, "elder"], [1280, ""], [768, ""]]) {
    await width(at, w);
    await mode(page, "mode", big);
    await all(` at ${w} px${big && ", large print"}`, ask(page, "layout", { least: big ? 60 : 44, width: w }));
  }
  await width(at, 360);
}
