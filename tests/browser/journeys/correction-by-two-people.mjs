// A date that was written down wrong moves a deadline: one proposes it with its proof, the deputy head agrees, and what
// hangs on it is counted anew. A plan that nobody has looked at yet is taken back by the one who sent it.
import assert from "node:assert/strict";
import { draftedPlan } from "../lib/plan.mjs";

export const role = "result";

export default async function (t) {
  await t.open("/desk/objections");
  await t.follow("检验结果通知书");
  const told = t.page.locator("main tbody tr").filter({ hasText: "未发现不合格" }).filter({ hasText: "2021-09-24" });
  const recipient = (await told.first().getByRole("link").first().innerText()).trim();
  await Promise.all([t.page.waitForNavigation(), told.first().getByRole("link").first().click()]);
  const notice = t.path();
  await t.says("10月9日");
  await t.checkPage(await t.follow("更正收到日期"));
  await t.press("提交更正", { status: 422 });
  await t.axe();
  await t.fill({ 更正为: "2021-09-26", 理由: "送达回证上的签收日期是 9 月 26 日，录入时看错", 证明材料: "送达回证，2021-09-26 店主签收" });
  await t.press("提交更正");
  const correction = t.path();
  await t.says([recipient, "2021-09-24", "2021-09-26", "同意之后重新计算"]);
  await t.checkPage();
  // Who proposes does not agree; nothing has moved yet.
  assert.equal(await t.page.getByRole("button", { name: "同意更正" }).count(), 0);
  await t.open(notice);
  await t.says("10月9日");

  const leader = await t.person("leader");
  await t.task("更正", leader);
  assert.equal(t.path(leader), correction);
  await t.checkPage(undefined, leader);
  await t.picture("correction-to-agree", leader);
  await t.press("同意更正", { page: leader });
  await t.says("已重新计算", leader);
  await t.screenshot("correction-agreed", leader);
  await t.open(notice);
  await t.says("10月11日");
  await t.checkPage();
  await t.picture("correction-deadline-moved", t.page, { from: t.page.getByRole("heading", { name: "送达", exact: true }), height: 560 });

  // A plan handed in and taken back before anybody decided on it.
  const editor = await t.person("plan");
  const plan = await draftedPlan(t, editor, "2024", "2024年撤回计划（旅程）");
  await t.press("提交审批", { page: editor });
  await t.press("撤回", { page: editor });
  await t.says("草稿", editor);
  await t.open("/desk", { page: leader });
  assert.doesNotMatch(await t.words(leader), /2024年撤回计划/);
  assert.equal(t.path(editor), plan);
}
