// Follows every link that somebody in each role sees, and looks at one page of every route in every mode (modes.mjs): a
// page must come, keep to its own host and its policy, be light, and keep the rules of look.js. The server, its routes and
// its people come from routes_browser_test.go, which passes the settings in ROUTES and reads what was met from the last
// line of standard output.
import { chromium } from "playwright-core";
import { inspect, load, lookout, read } from "./modes.mjs";

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
async function enter({ login, base }) {
  const at = await lookout(browser, { baseURL: base });
  if (login) {
    await at.page.goto("/login");
    await at.page.fill('[name="login"]', login);
    await at.page.fill('[name="password"]', set.password);
    await Promise.all([
      at.page.waitForEvent("load"), at.page.locator('form[action^="/login"] button.btn-main').first().click(),
    ]);
  }
  return at;
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

const reached = new Set();
const heaviest = { bytes: 0, requests: 0 };

/** Looks at pages in Chinese in every mode, then in English in every width, in normal and in large print. */
async function visit({ at, role, base, mine }) {
  const { page } = at;
  let path;
  page.on("request", (r) => { if (!r.url().startsWith(base) && !r.url().startsWith("data:")) say(role, path, "another host", r.url()); });
  page.on("pageerror", (e) => say(role, path, "a script error", e.message));
  page.on("console", (m) => { if (m.type() === "error") say(role, path, "the console", m.text()); });
  for (path of mine) {
    let came = await load(at, path);
    // On a busy machine a page may come in pieces, and be painted so: what moves every time is a fault.
    for (let again = 0; again < 2 && came.found.length; again++) came = await load(at, path);
    const { status, bytes, requests, found } = came;
    if (status !== 200) say(role, path, "the status", status);
    if (bytes > set.most || requests > 6) say(role, path, "the weight", `${bytes} bytes in ${requests} requests`);
    if (bytes > heaviest.bytes) Object.assign(heaviest, { bytes, requests, path });
    for (const [rule, what] of found) say(role, path, rule, what);
    await inspect(at, (mode, [rule, what]) => say(role, mode ? `${path} in ${mode}` : path, rule, what), key.source);
  }
  await at.line.send("Network.setCacheDisabled", { cacheDisabled: false }); // their weight was asked
  await at.context.addCookies([{ name: "sz_lang", value: "en", url: base }]);
  for (path of mine) {
    await page.goto(path);
    await read(at, (mode, [rule, what]) => say(role, `${path} in English${mode}`, rule, what), key.source);
  }
  await at.context.close();
}

/** Does each piece of work, two at a time. */
async function two(work, each) {
  const left = [...work];
  const one = async () => { for (let w = left.shift(); w; w = left.shift()) await each(w); };
  await Promise.all([one(), one()]);
}

try {
  const people = set.people.map((person) => ({ base: set.base, ...person }));
  await two(people, async (p) => {
    p.at = await enter(p);
    p.pages = p.base === set.base ? await follow(p.at.context, p.role) : new Map();
    for (const path of p.also ?? []) p.pages.set(routeOf(path), path); // to which no link leads
  });
  // A route is looked at with the first role that comes to it, a home page with every role.
  const looked = new Set();
  for (const p of people) {
    p.mine = [...p.pages].filter(([route]) => route === "/" || !looked.has(route)).map(([, path]) => path);
    for (const route of p.pages.keys()) looked.add(route);
  }
  await two(people.sort((a, b) => b.mine.length - a.mine.length), visit);
  const unseen = set.routes.filter((r) => !reached.has(r)).sort();
  console.log(JSON.stringify({ faults, unseen, looks: looked.size, heaviest }));
} catch (e) {
  console.error(e);
  process.exitCode = 1;
} finally {
  await browser.close();
}
