// A visitor without an account, on a telephone and without script: searches, opens a batch and its announcement,
// counts a term in a calculator. Nothing behind the login opens.
import assert from "node:assert/strict";

export const role = null;

export default async function (t) {
  const page = await t.newPage({ viewport: { width: 360, height: 740 }, javaScriptEnabled: false });
  await t.open("/", { page });
  await page.fill('[name="q"]', "粤岭");
  await t.press("查询", { page });
  assert.match(await t.words(page), /粤岭/);
  await t.picture("public-search-phone", page);
  await t.follow(/软电缆/, page);
  assert.match(t.path(page), /^\/results\//);
  await t.picture("public-result-phone", page);
  await t.follow(/2021年第二季度/, page);
  assert.match(t.path(page), /^\/announcements\//);
  await page.goto(`${t.demo.address}/?q=${encodeURIComponent("没有这样的产品")}`);
  assert.match(await t.words(page), /没有符合条件的批次/);

  await t.open("/calculators");
  const names = await t.page.evaluate(() => [...document.querySelectorAll('main a[href^="/calculators/"]')].map((a) => a.pathname));
  assert.ok(names.length >= 3, `calculators: ${names}`);
  for (const name of names) {
    await t.checkPage(await t.open(name));
    const example = t.page.locator('main a[href*="?"]').first();
    if ((await example.count()) > 0) {
      await Promise.all([t.page.waitForNavigation(), example.click()]);
      await t.checkPage();
    }
  }
  await t.picture("calculator");

  for (const path of ["/desk", "/desk/plans", "/desk/admin/journal"]) {
    await t.page.goto(t.demo.address + path);
    assert.equal(t.path(), "/login", `${path} asks for the login`);
  }
}
