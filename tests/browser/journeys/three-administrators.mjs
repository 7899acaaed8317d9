// 安全管理员 makes an account whose owner changes the one-time password; 系统管理员 looks at parameters; 审计管理员 checks
// the journal; none of them does the others' work.
import assert from "node:assert/strict";

export const role = "security";

export default async function (t) {
  await t.open("/desk/admin/users");
  await t.follow("建立账号");
  const unit = await t.page.locator('[name="unit_id"] option', { hasText: "乳城" }).first().getAttribute("value");
  await t.fill({ login: "traveller", name: "齐远山", unit_id: unit }, t.page);
  await t.press("建立账号", { status: 409 });
  assert.equal(await t.page.inputValue('[name="login"]'), "traveller");
  await t.axe();
  await t.page.getByLabel(/所经办人/).first().check();
  const made = await t.press("建立账号");
  await t.checkPage(made);
  const secret = (await t.page.locator("main .code.t5").innerText()).trim();
  const owner = await t.newPage();
  await t.open("/login", { page: owner });
  await t.fill({ login: "traveller", password: secret }, owner);
  await t.press("登录", { page: owner });
  // Only the page that changes the password opens.
  assert.equal(t.path(owner), "/desk/account");
  await t.fill({ current: secret, password: "Wanfeng-2021-lu" }, owner);
  await t.press("修改口令", { page: owner });
  // The change ends every session; the new password opens the desk.
  await t.open("/login", { page: owner });
  await t.fill({ login: "traveller", password: "Wanfeng-2021-lu" }, owner);
  await t.press("登录", { page: owner });
  assert.equal(t.path(owner), "/desk");

  await t.open("/desk/admin/parameters", { status: 403 });
  const system = await t.person("system");
  await t.checkPage(await t.open("/desk/admin/parameters", { page: system }), system);
  await t.picture("parameters", system);
  await t.open("/desk/admin/users", { page: system, status: 403 });

  const auditor = await t.person("audit-admin");
  await t.open("/desk/admin/journal", { page: auditor });
  await t.press("核对有没有改动", { page: auditor });
  await t.checkPage(undefined, auditor);
  await t.picture("journal-checked", auditor);
  await t.open("/desk/admin/parameters", { page: auditor, status: 403 });
}
