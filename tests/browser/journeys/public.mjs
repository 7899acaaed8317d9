// A visitor without an account: the front page opens, is accessible, asks no foreign host.
import assert from "node:assert/strict";

export const role = null;

export default async function (t) {
  const response = await t.open("/");
  assert.equal(await t.page.getAttribute("html", "lang"), "zh-CN");
  assert.match(await t.page.title(), /衡鉴/);
  await t.checkPage(response);
  await t.screenshot("public-front");
}
