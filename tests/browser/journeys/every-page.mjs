// Every page that the menus and lists lead to, as each of several people: one page of each address pattern, so that a
// new page is looked at without being named here. Each must open, be accessible, keep its policy closed, speak the
// desk's words and fit a telephone as well as a wide screen.
import assert from "node:assert/strict";

export const role = null;
export const longest = 180_000;

// Who walks, and where the walk begins. A pattern is opened once by each walker, at most `most` pages each; the first
// two who come to it look closely.
const walkers = [
  [null, "/"],
  ["plan", "/desk"],
  ["result", "/desk"],
  ["draw", "/desk"],
  ["sampler1", "/desk"],
  ["station1", "/desk"],
  ["test", "/desk"],
  ["publish", "/desk"],
  ["leader", "/desk"],
  ["audit", "/desk"],
  ["system", "/desk"],
  ["security", "/desk/admin/users"],
  ["audit-admin", "/desk"],
];
const most = 25;
// Walkers at once: each has a browser context of its own.
const abreast = 3;
// A file to download, not a page.
const download = /\.(csv|xlsx|json|pdf|zip|txt|md)$|^\/desk\/files\//;

// An address without what names one thing: an identifier, a number, a code.
export function pattern(path) {
  return path
    .split("/")
    .map((part) => (/\d/.test(part) ? "{}" : part))
    .join("/")
    .replace(/^(\/(?:desk\/)?calculators)\/[^/]+$/, "$1/{}");
}

export default async function (t) {
  const seenByAnybody = new Map();
  const failures = [];
  const waiting = [...walkers];
  const walkOn = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await walk(t, next, seenByAnybody, failures);
  };
  await Promise.all(Array.from({ length: abreast }, walkOn));
  assert.deepEqual(failures, [], "pages with faults");
  // The walk would pass with nothing to walk on.
  for (const expected of ["/", "/announcements/{}", "/desk/plans/{}", "/desk/visits/{}", "/desk/cases/{}", "/desk/admin/users/{}"]) {
    assert.ok(seenByAnybody.has(expected), `no way led to ${expected}; seen: ${[...seenByAnybody.keys()].join(" ")}`);
  }
}

async function walk(t, [who, start], seenByAnybody, failures) {
  const page = await t.newPage({ viewport: { width: 1440, height: 900 } });
  if (who) await t.login(who, page);
  const seen = new Set([pattern(start)]);
  const way = [start];
  for (let path = way.shift(); path && seen.size - way.length <= most; path = way.shift()) {
    const response = await page.goto(t.demo.address + path);
    for (const href of await links(page)) {
      const kind = pattern(href.split("?")[0]);
      // Pages nobody has looked at yet come first.
      if (seen.has(kind) || download.test(href.split("?")[0])) continue;
      seen.add(kind);
      seenByAnybody.has(kind) ? way.push(href) : way.unshift(href);
    }
    const kind = pattern(path.split("?")[0]);
    seenByAnybody.set(kind, (seenByAnybody.get(kind) ?? 0) + 1);
    if (response.status() !== 200) failures.push(`${who ?? "visitor"} ${path}: status ${response.status()}`);
    if (seenByAnybody.get(kind) > 2) continue;
    await look(t, page, response, `${who ?? "visitor"} ${path}`, failures);
  }
  await page.context().close();
}

// Addresses of this program that the page links to, without fragment.
function links(page) {
  return page.evaluate(() => {
    const own = [...document.querySelectorAll("a[href]")].filter((a) => a.origin === location.origin && !a.hasAttribute("download"));
    return [...new Set(own.map((a) => a.pathname + a.search))];
  });
}

async function look(t, page, response, where, failures) {
  const fault = (error) => failures.push(`${where}: ${error.message.split("\n")[0]} ${JSON.stringify(error.actual ?? "")}`);
  const checks = [async () => t.checkCsp(response), () => t.axe(page), () => t.deskWords(page), () => t.fitsWidth(page)];
  for (const check of checks) await check().catch(fault);
  await page.setViewportSize({ width: 360, height: 740 });
  await t.fitsWidth(page).catch(fault);
  await page.setViewportSize({ width: 1440, height: 900 });
}
