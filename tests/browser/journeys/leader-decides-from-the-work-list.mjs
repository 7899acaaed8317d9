// 分管局领导 finds on one work list what waits: a plan, an order to put right, an exemption. Returns with a reason,
// approves, agrees; the superior reads along and can change nothing; the coordinator hands a case down.
import assert from "node:assert/strict";
import { handedDown, orderDrafted, sentToStation, verified } from "../lib/case.mjs";
import { draftedPlan } from "../lib/plan.mjs";

export const role = "leader";
export const longest = 180_000;

export default async function (t) {
  const editor = await t.person("plan");
  const result = await t.person("result");
  const station = await t.person("station1");
  const plan = await draftedPlan(t, editor, "2025", "2025年乳源瑶族自治县产品质量监督抽查计划（旅程）");
  await t.press("提交审批", { page: editor });
  const order = await stopped(t, result, station, "911");
  await orderDrafted(t, station);
  await t.press("送分管局领导审批", { page: station });
  const exemption = await stopped(t, result, station, "912");
  await t.act("提请免予整改", { "理由、证明和承诺": "已于 9 月 20 日注销，附注销通知书；承诺不再销售同一产品" }, "提请", { page: station });

  await t.open("/desk");
  await t.says(["2025年", "911号", "912号"]);
  await t.checkPage();
  await t.picture("leader-work-list");

  // The plan goes back with a reason; the editor sees it, hands it in again.
  await t.task("2025年");
  assert.equal(t.path(), plan);
  await t.checkPage();
  await t.picture("plan-approve");
  await t.act("退回", { 退回理由: "请写明抽样地点" }, "退回修改");
  await t.task("2025年", editor);
  await t.says("请写明抽样地点", editor);
  await t.press("重新编制", { page: editor });
  await t.press("提交审批", { page: editor });
  await t.task("2025年");
  await t.act("批准", { opinion: "同意" }, "批准");
  await t.says("已批准");

  await t.task("911号");
  assert.equal(t.path(), order);
  await t.checkPage();
  await t.picture("order-approve");
  await t.press("批准责令改正通知书");
  await t.says("已责令改正");
  await t.task("912号");
  assert.equal(t.path(), exemption);
  await t.press("同意免予整改");
  await t.says("已免予整改");
  await t.open("/desk");
  assert.doesNotMatch(await t.words(), /2025年|911号|912号/);

  // The superior reads the same pages; there is nothing to press, and no drawn name.
  const superior = await t.person("superior");
  for (const path of [plan, order]) {
    await t.checkPage(await t.open(path, { page: superior }), superior);
    assert.equal(await superior.locator('main form[method="post"]').count(), 0, `forms on ${path}`);
  }
  await t.picture("superior-reads", superior);

  // The coordinator hands a case down; it lies on the bureau's work list.
  const coordinator = await t.person("assign");
  const handed = await handedDown(t, coordinator, "913", "乳源");
  await t.checkPage(undefined, coordinator);
  await t.task(["核查处置", "913号"], result);
  assert.equal(t.path(result), handed);
}

async function stopped(t, result, station, mark) {
  const path = await handedDown(t, result, mark);
  await sentToStation(t, result, path);
  await verified(t, station, `${mark}号`);
  return path;
}
