// Follows every link that somebody in each role sees, and looks at one page of every route in a window of phone width: a
// page must come, fit the screen, keep to its own host and its policy, and pass axe in normal and in large print. The
// server, its routes and its people come from routes_browser_test.go, which passes the settings in ROUTES and reads what
// was met from the last line of standard output.
import { chromium } from "playwright-core";
import axe from "axe-core";

const set = JSON.parse(process.env.ROUTES);
const perShape = 2; // pages of one route, and of one set of parameters, that are read for links
const deepest = 5;
const routes = set.routes
  .map((path) => ({ path, params: path.split(":").length - 1, is: new RegExp(`^${path.replace(/:[a-z]+/g, "[^/]+")}$`) }))
  .sort((a, b) => a.params - b.params);
const routeOf = (path) => routes.find((r) => r.is.test(path))?.path;
const key = new RegExp(`(?<![\\w./-])(${set.rooms.join("|")})(\\.[a-z][a-z0-9_]*)+(?![\\w./-])`);
const faults = [];
const say = (role, path, rule, what) => faults.push(`${role || "nobody"} at ${path}: ${rule}: ${what}`);

const browser = await chromium.launch({
  executablePath: set.chromium,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});

/** Opens a window, signed in if a login is given. */
async function enter(login) {
  const context = await browser.newContext({ baseURL: set.base, viewport: { width: 360, height: 740 }, locale: "zh-CN" });
  if (login) {
    const page = await context.newPage();
    await page.goto("/login");
    await page.fill('[name="login"]', login);
    await page.fill('[name="password"]', set.password);
    await Promise.all([page.waitForEvent("load"), page.locator('form[action^="/login"] button.btn-main').first().click()]);
    await page.close();
  }
  return context;
}

/** Follows links without a window and returns one page of every route that somebody in this role comes to. */
async function follow(context, role) {
  const pages = new Map();
  const met = new Set();
  const read = {};
  const queue = ["/", "/help", "/tour", ...(role ? [] : set.open)].map((to) => ({ to, depth: 0, from: "the start" }));
  for (let at = queue.shift(); at; at = queue.shift()) {
    const url = new URL(at.to, set.base);
    const path = url.pathname + url.search;
    const route = routeOf(url.pathname);
    if (url.origin !== set.base || met.has(path) || url.pathname.startsWith("/static/")) continue;
    met.add(path);
    const shape = `${route}?${[...url.searchParams.keys()].sort()}`;
    read[shape] = (read[shape] ?? 0) + 1;
    if (read[shape] > perShape) continue;
    const answer = await context.request.get(path, { maxRedirects: 0 });
    const status = answer.status();
    if (status >= 300 && status < 400) {
      reached.add(route);
      const to = new URL(answer.headers().location, set.base);
      if (to.pathname !== "/login") queue.push({ ...at, to: to.pathname + to.search });
      continue;
    }
    // The tour and the home page of the guide lead every role through the whole house: 403 is a right answer there.
    if (status === 403 && at.from.startsWith("/tour")) continue;
    if (status !== 200) {
      say(role, path, "a dead link", `${status}, from ${at.from}`);
      continue;
    }
    reached.add(route);
    if (!(answer.headers()["content-type"] ?? "").startsWith("text/html")) continue;
    if (!pages.has(route)) pages.set(route, path);
    if (at.depth === deepest) continue;
    for (const [, href] of (await answer.text()).matchAll(/<a\b[^>]*?\shref="([^"#]+)/g)) {
      if (/^(mailto|tel):/.test(href)) continue;
      queue.push({ to: new URL(href.replaceAll("&amp;", "&"), set.base + path).href, depth: at.depth + 1, from: path });
    }
  }
  return pages;
}

/** What the page itself says: too wide, headings, keys of words, small targets. Large print wants larger targets. */
function look({ least, source }) {
  const found = [];
  const root = document.documentElement;
  const wide = root.scrollWidth - root.clientWidth;
  if (wide > 0) found.push(["the width", `${wide} px too wide`]);
  const heads = document.querySelectorAll("h1").length;
  if (heads !== 1) found.push(["one h1", `${heads}`]);
  const words = [...document.querySelectorAll("body *:not(code, pre, script, style)")]
    .flatMap((e) => [...e.childNodes]).filter((n) => n.nodeType === Node.TEXT_NODE && !n.parentElement.closest("code, pre"))
    .map((n) => n.data).join("\n");
  const raw = words.match(new RegExp(source)) ?? words.match(/%!\w?\(|<nil>|\[object |\bNaN\b/);
  if (raw) found.push(["the words", raw[0]]);
  for (const e of document.querySelectorAll("button, a.btn, select, input.in, textarea")) {
    const box = e.getBoundingClientRect();
    if (e.checkVisibility({ visibilityProperty: true }) && box.width > 1 && box.height < least - 0.5) {
      found.push(["the size of a target", `${e.tagName} ${(e.innerText || e.name).trim().slice(0, 20)}: ${Math.round(box.height)} px`]);
    }
  }
  for (const e of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    if (!e.labels?.length && !e.ariaLabel && !e.hasAttribute("aria-labelledby")) found.push(["a label", e.name]);
  }
  return found;
}

/** Looks at a page in the present print. */
async function check(page, role, path, mode) {
  const where = mode === "elder" ? `${path} in large print` : path;
  for (const [rule, what] of await page.evaluate(look, { least: mode === "elder" ? 60 : 44, source: key.source })) {
    say(role, where, rule, what);
  }
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  for (const v of violations) say(role, where, `axe ${v.id}`, v.nodes.slice(0, 3).map((n) => n.target).join(" | "));
}

const reached = new Set();
const looked = new Set(); // a route is looked at with the first role that comes to it, a home page with every role

/** Looks at one page of every route that nobody before came to, in normal and in large print. */
async function visit(context, role, pages) {
  const page = await context.newPage();
  page.setDefaultTimeout(20000);
  let path;
  page.on("request", (r) => { if (!r.url().startsWith(set.base) && !r.url().startsWith("data:")) say(role, path, "another host", r.url()); });
  page.on("pageerror", (e) => say(role, path, "a script error", e.message));
  page.on("console", (m) => { if (m.type() === "error") say(role, path, "the console", m.text()); });
  for (const route of pages.keys()) {
    if (looked.has(route) && route !== "/") continue;
    looked.add(route);
    path = pages.get(route);
    const answer = await page.goto(path);
    if (answer.status() !== 200) say(role, path, "the status", answer.status());
    await check(page, role, path, "");
    await page.evaluate(() => { document.documentElement.dataset.mode = "elder"; });
    await check(page, role, path, "elder");
  }
}

try {
  for (const { role, login } of set.people) {
    const context = await enter(login);
    await visit(context, role, await follow(context, role));
    await context.close();
  }
  const unseen = set.routes.filter((r) => !reached.has(r)).sort();
  console.log(JSON.stringify({ faults, unseen, looks: looked.size }));
} catch (e) {
  console.error(e);
  process.exitCode = 1;
} finally {
  await browser.close();
}
