// Judges pages with Lighthouse: reads {chromium, runs, pages: [{path, url, cookie}]} and writes a line of JSON
// for each page and device, with the median of each category in hundredths.

import { readFileSync } from "node:fs";
import { launch } from "chrome-launcher";
import lighthouse, { desktopConfig } from "lighthouse";

const CATEGORIES = ["accessibility", "best-practices", "performance"];
const DEVICES = { mobile: undefined, desktop: desktopConfig };
const FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];

const asked = JSON.parse(readFileSync(0, "utf8"));
const chrome = await launch({ chromePath: asked.chromium, chromeFlags: FLAGS });
try {
  for (const page of asked.pages) {
    for (const device of Object.keys(DEVICES)) console.log(JSON.stringify(await judged(page, device)));
  }
} finally {
  chrome.kill();
}

async function judged(page, device) {
  const reports = [];
  for (let run = 0; run < asked.runs; run += 1) reports.push(await report(page, device));
  const scores = Object.fromEntries(CATEGORIES.map((name) => [name, median(reports.map((each) => each.scores[name]))]));
  return { path: page.path, device, scores, failed: reports.at(-1).failed };
}

async function report(page, device) {
  const extraHeaders = page.cookie ? { Cookie: page.cookie } : {};
  const flags = { port: chrome.port, onlyCategories: CATEGORIES, extraHeaders, logLevel: "silent" };
  const { lhr } = await lighthouse(page.url, flags, DEVICES[device]);
  if (lhr.runtimeError) throw new Error(`${page.path}: ${lhr.runtimeError.message}`);
  const scores = Object.fromEntries(CATEGORIES.map((name) => [name, Math.round(lhr.categories[name].score * 100)]));
  return { scores, failed: failedIn(lhr) };
}

// What costs points, so that the reader need not run it again by hand.
function failedIn(lhr) {
  const weighed = CATEGORIES.flatMap((name) => lhr.categories[name].auditRefs).filter(({ weight }) => weight > 0);
  const audits = weighed.map(({ id }) => lhr.audits[id]).filter(({ score }) => score !== null && score < 0.9);
  return audits.map(({ id, displayValue }) => (displayValue ? `${id} ${displayValue}` : id));
}

function median(numbers) {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)];
}
