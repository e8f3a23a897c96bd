// Walks the whole thread in a real browser, as people do: learn and pass a quiz, handle a matter, rate it by its link,
// seal, check, object, review, release, download. The server, its clock and the people come from browser_test.go, which
// passes the settings in THREAD and reads the state from the last line of standard output.
import assert from "node:assert/strict";
import { createReadStream, mkdirSync } from "node:fs";
import { createHash } from "node:crypto";
import { chromium } from "playwright-core";
import { eyes, inspect, ofAxe } from "./modes.mjs";

const set = JSON.parse(process.env.THREAD);
const state = set.state ?? {};
const browser = await chromium.launch({
  executablePath: set.chromium,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});

/** A person with an own browser window at phone width. */
async function person(login, options = {}) {
  const context = await browser.newContext({
    baseURL: set.base, javaScriptEnabled: set.scripts, viewport: { width: 360, height: options.height ?? 740 },
    locale: options.locale ?? "zh-CN", reducedMotion: "reduce", acceptDownloads: true, hasTouch: true, bypassCSP: false,
  });
  await context.addInitScript(voice, options.mute);
  if (set.scripts) await context.addInitScript(eyes);
  const page = await context.newPage();
  page.setDefaultTimeout(60000); // beside others
  const alien = [];
  page.on("request", (r) => { if (!r.url().startsWith(set.base) && !r.url().startsWith("data:")) alien.push(r.url()); });
  page.on("pageerror", (e) => alien.push(`script error: ${e.message}`));
  page.on("console", (m) => { if (m.type() === "error" && /Content Security|Refused/.test(m.text())) alien.push(m.text()); });
  const me = {
    page,
    /** Opens a page and checks what every page must keep. */
    async open(path, status = 200) {
      const answer = await page.goto(path);
      assert.equal(answer.status(), status, `${login ?? "resident"} at ${path}`);
      await me.look();
    },
    async look() {
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${page.url()} is ${wide} px wider than the screen`);
      assert.equal(await page.locator("h1").count(), 1, `one h1 at ${page.url()}`);
      assert.equal(await page.locator(".demo").count() > 0, true, `the notice of made-up data at ${page.url()}`);
      if (set.shots) {
        mkdirSync(set.shots, { recursive: true });
        me.shot = (me.shot ?? 0) + 1;
        const name = `${login ?? "resident"}-${String(me.shot).padStart(2, "0")}${set.scripts ? "-js" : ""}.png`;
        await page.screenshot({ path: `${set.shots}/${set.phase}-${name}`, fullPage: true });
      }
    },
    /** Presses a button that loads the next page and looks at it. */
    async press(selector) {
      await Promise.all([page.waitForEvent("load"), page.locator(selector).first().click()]);
      await me.look();
    },
    async axe() {
      if (!set.scripts) return;
      assert.deepEqual(await ofAxe(page), [], page.url());
    },
    /** Looks at a page to which no link leads in every mode; the others are looked at by routes.mjs. */
    async modes() {
      if (!set.scripts) return;
      const found = [];
      await inspect({ page, line: await context.newCDPSession(page) }, (mode, [rule, what]) => found.push(`${mode}: ${rule}: ${what}`));
      assert.deepEqual(found, [], page.url());
    },
    text: () => page.locator("main").innerText(),
    async done() {
      assert.deepEqual(alien, [], `${login ?? "resident"}: other hosts or refused by the policy`);
      await context.close();
    },
  };
  if (login) {
    await me.open("/login");
    await page.fill('[name="login"]', login);
    await page.fill('[name="password"]', set.password);
    await me.press('form[action^="/login"] button.btn-main');
    assert.match(new URL(page.url()).pathname, /^\/$/, `${login} is logged in`);
  }
  return me;
}

/** Puts a voice into the page that speaks when the test says so, or none. */
function voice(mute) {
  const said = [];
  let now = null;
  const speech = {
    said,
    getVoices: () => [{ lang: "en-GB" }, { lang: "zh-CN" }],
    speak(u) { said.push({ text: u.text, lang: u.lang, rate: u.rate, voice: u.voice?.lang }); now = u; },
    cancel() { const u = now; now = null; u?.onerror?.(); },
    end() { const u = now; now = null; u?.onend(); return now !== null; },
  };
  Object.defineProperty(globalThis, "speechSynthesis", { value: mute ? undefined : speech });
  globalThis.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
}

/** Has a part of the page read aloud: sentence by sentence with its block marked, a pause, a speed and an end. */
async function listen({ page }, id) {
  const go = page.locator(`[data-read="${id}"]`);
  if (!set.scripts) return assert.ok(!await go.isVisible(), "nothing reads aloud without scripts");
  const said = () => page.evaluate(() => globalThis.speechSynthesis.said);
  const marked = () => page.locator("[data-spoken]").allInnerTexts();
  const plain = (text) => text.replace(/\s+/g, "");
  const name = await go.innerText();
  await go.click();
  await page.evaluate(() => globalThis.speechSynthesis.end());
  const [first, second] = await said();
  assert.ok(second.lang === "zh-CN" && second.voice === "zh-CN" && second.rate === 1 && first.text !== second.text, second.text);
  assert.equal((await marked()).length, 1);
  assert.ok(plain((await marked())[0]).includes(plain(second.text)), `${second.text} is marked`);
  await go.click();
  assert.equal(await go.innerText(), "继续朗读");
  await go.click();
  assert.equal((await said())[2].text, second.text, "goes on with the sentence that was broken off");
  await page.locator("[data-read-speed] select").selectOption({ index: 2 });
  assert.ok((await said())[3].rate > 1, "reads faster");
  await page.locator("[data-read-stop]").click();
  assert.deepEqual([await go.innerText(), await marked()], [name, []]);
  const all = await page.evaluate((button) => {
    button.click();
    const from = globalThis.speechSynthesis.said.length - 1;
    while (globalThis.speechSynthesis.end());
    return globalThis.speechSynthesis.said.slice(from).map((s) => s.text).join("");
  }, await go.elementHandle());
  for (const p of await page.locator(`#${id} p:visible`).allInnerTexts()) {
    assert.ok(plain(all).includes(plain(p)), `read aloud: ${p}`);
  }
  assert.equal(await go.innerText(), name, "ends by itself");
}

/** Opens a page over a weak line, 400 kbit/s and 400 ms, with nothing kept from before, and notes how it came. */
async function weak(me, name, path) {
  if (!set.scripts) return;
  const line = await me.page.context().newCDPSession(me.page);
  await line.send("Network.enable");
  await line.send("Network.setCacheDisabled", { cacheDisabled: true });
  await line.send("Network.emulateNetworkConditions", { offline: false, latency: 400, downloadThroughput: 5e4, uploadThroughput: 5e4 });
  await me.page.goto(path);
  const { bytes, requests, shownMs, usableMs } = await me.page.evaluate(() => globalThis.look.load());
  await line.detach();
  assert.ok(bytes <= 100 * 1024 && requests <= 6, `${name}: ${bytes} bytes in ${requests} requests`);
  state.weak = { ...state.weak, [name]: { bytes, requests, shownMs, usableMs } };
}

const rightOf = (stem) => set.answers[stem.replace(/\s+/g, "")] ?? assert.fail(`no key for ${stem}`);

/** A cadre reads every lesson of a course, passes the quiz and finds the hours in the ledger. */
async function learn() {
  const me = await person(set.cadre);
  await me.axe();
  await me.open("/learn");
  await me.open(`/learn/courses/${set.course}`);
  for (let no = 1; no <= set.lessons; no++) {
    await me.open(`/learn/courses/${set.course}/${no}`);
    if (no === 1) {
      await listen(me, "text");
      await weak(me, "lesson", me.page.url());
    }
    const finish = `form[action="/learn/courses/${set.course}/${no}/finish"] button`;
    if (await me.page.locator(finish).count()) await me.press(finish);
  }
  await me.open(`/learn/courses/${set.course}/quiz`);
  await me.axe();
  await me.press(`form[action="/learn/courses/${set.course}/quiz"] button`);
  assert.match(me.page.url(), /\/learn\/attempts\//);
  await me.modes();
  for (const q of await me.page.locator("fieldset.q").all()) {
    const stem = (await q.locator("legend > span").first().innerText()).replace(/^\d+\.\s*/, "");
    const right = rightOf(stem).map((t) => t.replace(/\s+/g, ""));
    for (const label of await q.locator("label.pick").all()) {
      const text = (await label.locator("span").innerText()).replace(/^[A-H]\.\s*/, "").replace(/\s+/g, "");
      if (right.includes(text)) await label.locator("input").check();
    }
  }
  if (set.scripts) { // saved by itself: the page can be left and comes back as it was
    await me.page.waitForFunction(() => /已保存|已提交/.test(document.body.innerText));
    const ticked = await me.page.locator("fieldset.q input:checked").count();
    await me.page.reload();
    assert.equal(await me.page.locator("fieldset.q input:checked").count(), ticked, "answers are kept");
  }
  await me.press('#hand-in button[value="hand_in"]');
  await me.press('form[action$="/submit"] button.btn-main');
  await me.page.waitForURL(/\/result$/);
  assert.match(await me.text(), /100|合格/, "the quiz is passed");
  await me.modes();
  await me.open("/learn/hours");
  assert.match(await me.text(), new RegExp(set.courseTitle), "the hours are booked");
  await me.axe();
  await me.done();
}

/** A clerk takes a matter in and dispatches it; the cadre answers and closes it; the clerk hands out the link. */
async function serve() {
  const clerk = await person(set.clerk);
  await clerk.open("/serve");
  await clerk.open("/serve/new");
  await clerk.press('form[action="/serve/new"] button.btn-main').catch(() => {}); // empty: the browser or the server refuses
  await clerk.page.selectOption('[name="matter"]', { index: 1 });
  await clerk.page.fill('[name="title"]', "惠民小区3号楼顶层渗水");
  await clerk.page.fill('[name="detail"]', "连续下雨后屋顶渗水，希望明确由谁维修。");
  await clerk.page.locator('[name="kind"]').nth(1).check();
  await clerk.page.locator('[name="channel"]').first().check();
  await clerk.page.fill('[name="name"]', "赵小梅");
  await clerk.page.fill('[name="phone"]', "19900001234");
  await clerk.axe();
  await clerk.press('form[action="/serve/new"] button.btn-main');
  const path = new URL(clerk.page.url()).pathname;
  assert.match(path, /^\/serve\/cases\//);
  assert.ok(!(await clerk.text()).includes("19900001234"), "the number is masked");
  const post = clerk.page.locator('[name="post"] option', { hasText: set.cadreName });
  await clerk.page.selectOption('[name="post"]', await post.first().getAttribute("value"));
  await clerk.press(`form[action="${path}/dispatch"] button`);

  const me = await person(set.cadre);
  await me.open(path);
  await me.press(`form[action="${path}/acknowledge"] button`);
  await me.page.fill('[name="answer"]', "已联系维修资金管理部门，7日内组织抢修，费用由维修资金列支。");
  await me.press(`form[action="${path}/answer"] button`);
  await me.page.check('[name="outcome"][value="solved"]');
  await me.axe();
  await me.press(`form[action="${path}/close"] button`);
  assert.equal(await me.page.locator("#link").count(), 0, "who closed a case is shown no link to rate it");
  await me.open(`${path}/receipt`, 403);
  await me.done();

  await clerk.open("/notices");
  assert.match(await clerk.text(), /请打印评价回执/);
  await clerk.open(`${path}/receipt`);
  await clerk.press(`form[action="${path}/receipt"] button`);
  await clerk.modes();
  assert.ok(await clerk.page.locator("svg path").count(), "the receipt has a QR code");
  const link = (await clerk.page.locator("#link").innerText()).trim();
  assert.ok(link.startsWith(`${set.base}/r/`), link);
  await clerk.done();
  return { path, link: link.slice(set.base.length) };
}

/** A resident rates by the link: three taps, nothing typed, no scrolling; the link works once. */
async function rate({ link }) {
  const deaf = await person(null, { mute: true });
  await deaf.open(link);
  assert.ok(!await deaf.page.locator("[data-read]").isVisible(), "no voice, no button");
  await weak(deaf, "rating", link);
  await deaf.done();
  const me = await person(null, { height: 640 });
  const parts = [];
  const weigh = (r) => parts.push(r.body().then((b) => b.length));
  me.page.on("response", weigh);
  await me.open(link);
  await me.page.waitForLoadState("networkidle");
  me.page.off("response", weigh); // the first load; what follows is other pages
  const bytes = (await Promise.all(parts)).reduce((sum, n) => sum + n, 0);
  assert.equal(await me.page.locator('[name="level"]:checked').count(), 0, "no level is chosen beforehand");
  const button = await me.page.locator("form button.btn-main").first().boundingBox();
  assert.ok(button.y + button.height <= 640, `the button ends at ${button.y + button.height}, beyond the screen`);
  for (const face of await me.page.locator("label.face").all()) {
    const box = await face.boundingBox();
    assert.ok(box.width >= 60 && box.height >= 60, `a face measures ${box.width}×${box.height}`);
  }
  assert.match(await me.text(), /有人要求我打好评/);
  await listen(me, "rate");
  await me.page.locator('[name="level"][value="5"]').check({ force: true });
  await me.page.locator('[name="solved"][value="yes"]').check({ force: true });
  await me.press("form button.btn-main");
  assert.match(await me.text(), /PJ \d{4} \d{4}/, "a receipt number");
  assert.ok(!/非常满意/.test(await me.text()), "the level is not shown again");
  await me.modes();
  await me.open(link);
  assert.equal(await me.page.locator('[name="level"]').count(), 0, "the link works once");
  await me.open("/r/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 404);
  await me.done();
  assert.ok(bytes < 30 * 1024 || !set.scripts, `the rating page weighs ${bytes} bytes`);
}

/** Takes the one step of a period: with scripts in the dialog, without on a page of its own. */
async function step(me, code, name) {
  await me.open(`/assess/periods/${code}`);
  const action = `form[action="/assess/periods/${code}/${name}"] button`;
  if (set.scripts && await me.page.locator("[data-dialog]").count()) {
    await me.page.locator("[data-dialog]").first().click();
    await me.page.waitForSelector("dialog[open]");
  } else {
    await me.open(`/assess/periods/${code}/${name}`);
  }
  await me.press(action);
}

/** Downloads a file by a link and returns its bytes. */
async function download(me, selector) {
  const [file] = await Promise.all([me.page.waitForEvent("download"), me.page.locator(selector).first().click()]);
  const chunks = [];
  for await (const c of createReadStream(await file.path())) chunks.push(c);
  return { name: file.suggestedFilename(), body: Buffer.concat(chunks) };
}

/** Waits until the batch under way is compiled. */
async function compiled(me, path) {
  for (let i = 0; i < 240; i++) {
    await me.open(path);
    if (!await me.page.locator("[data-refresh]:not([data-refresh='0'])").count()) return;
    await new Promise((r) => setTimeout(r, 500));
  }
  assert.fail("the reports were not compiled in two minutes");
}

const phases = {
  async before() {
    await learn();
    const served = await serve();
    await rate(served);

    const officer = await person(set.officer);
    await officer.open("/assess");
    await officer.axe();
    await step(officer, set.period, "seal");
    await officer.open(`/assess/periods/${set.period}`);
    assert.match(await officer.text(), /本人核对|异议/);
    await officer.axe();
    const list = `/assess/reports?period=${set.period}`;
    await officer.open(list);
    const order = 'form[action="/assess/reports/compile"] button';
    if (await officer.page.locator(order).count()) await officer.press(order);
    await compiled(officer, list);
    await officer.axe();
    assert.match(await officer.text(), /征求意见稿/, "drafts until released");
    const draft = await download(officer, 'a[href$="/pdf"]');
    assert.equal(draft.body.subarray(0, 5).toString(), "%PDF-");
    await officer.done();

    const me = await person(set.cadre);
    await me.open("/me");
    await me.axe();
    await me.open(`/me/assess/${set.period}`);
    await me.axe();
    await me.page.selectOption('[name="item"]', "problem");
    await me.page.fill('[name="text"]', "短");
    await me.press(`form[action="/me/assess/${set.period}/object"] button`);
    assert.equal(await me.page.inputValue('[name="text"]'), "短", "what was typed stays");
    await me.page.fill('[name="text"]', "其中一件属移交前的积案，不应计入本人。");
    await me.press(`form[action="/me/assess/${set.period}/object"] button`);
    assert.match(await me.text(), /YY-/);
    await me.done();
  },

  async after() {
    const officer = await person(set.officer);
    await officer.open(`/assess/periods/${set.period}`);
    await officer.press('a[href^="/assess/objections/"]');
    await officer.page.check('[name="result"][value="upheld"]');
    await officer.page.fill('[name="text"]', "经核查，该件在接手之后受理，维持原数。");
    await officer.axe();
    await officer.press('form[action^="/assess/objections/"] button.btn-main');
    await officer.open(`/assess/periods/${set.period}/review`, 403);
    await officer.done();

    const reviewer = await person(set.reviewer);
    await step(reviewer, set.period, "review");
    await reviewer.done();
    const releaser = await person(set.releaser);
    await step(releaser, set.period, "release");
    await releaser.done();

    const again = await person(set.officer);
    const list = `/assess/reports?period=${set.period}`;
    await again.open(list);
    const order = 'form[action="/assess/reports/compile"] button';
    if (await again.page.locator(order).count()) await again.press(order);
    await compiled(again, list);
    assert.match(await again.text(), /正式/);
    const final = await download(again, 'a[href$="/pdf"]');
    state.final = { name: final.name, sha256: createHash("sha256").update(final.body).digest("hex") };
    assert.match(final.name, /^SZ-.*\.pdf$/);
    await again.open(`${list}&unit=${set.unit}`);
    const zip = await download(again, 'a[href*="/assess/reports/zip"]');
    assert.equal(zip.body.subarray(0, 2).toString(), "PK");
    state.zip = zip.body.length;
    await again.done();

    const me = await person(set.cadre);
    await me.open("/me");
    const own = await download(me, 'a[href^="/me/reports/"]');
    assert.equal(own.body.subarray(0, 5).toString(), "%PDF-");
    await me.done();

    const anybody = await person(null);
    await anybody.open(`/v/${set.code}`);
    assert.ok(!(await anybody.text()).includes(set.cadreName), "no names on the public page");
    await anybody.modes();
    await anybody.open("/v/00000000000000000000000000", 404);
    await anybody.done();
    const outsider = await person(set.clerk);
    await outsider.open(list, 403);
    await outsider.done();
  },
};

try {
  await phases[set.phase]();
  console.log(JSON.stringify(state));
} catch (e) {
  console.error(e);
  process.exitCode = 1;
} finally {
  await browser.close();
}
