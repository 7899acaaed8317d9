// 执法二股 sees what is late, takes the summary, and a case climbs: ordered, served, rechecked without success, reported
// upwards step by step. Another one is closed by it and its handling reported to the city. A third belongs to another
// county and goes there.
import assert from "node:assert/strict";
import { handedDown, orderDrafted, sentToStation, verified } from "../lib/case.mjs";

export const role = "enforce";
export const longest = 180_000;

export default async function (t) {
  await t.checkPage(await t.open("/desk/cases"));
  await t.page.getByLabel("只看已超期").check();
  await t.press("查询");
  await t.says(["拾光小家电商行", "已超"]);
  await t.checkPage();
  await t.picture("cases-overdue");
  const summary = await t.page.getByRole("link", { name: "汇总表 XLSX" }).getAttribute("href");
  const table = await t.page.request.get(t.demo.address + summary);
  assert.equal((await table.body()).subarray(0, 2).toString(), "PK");

  const result = await t.person("result");
  const station = await t.person("station1");
  const leader = await t.person("leader");

  // One that was put right.
  const good = await ordered(t, { result, station, leader }, "901");
  await rechecked(t, station, "合格");
  await t.act("提请结案", { 处理结果: "已停止销售，退货 38 只，复查合格" }, "提请", { page: station });
  await t.task(["结案", "901号"]);
  assert.equal(t.path(), good);
  await t.checkPage();
  await t.press("确认结案");
  await t.says("已结案");
  await t.picture("case-closed");
  await t.task(["报送处置结果", "901号"]);
  await t.act("报送处置结果", { 报送机关和方式: "市局产品质量监管科（演示），公文交换" }, "登记报送");
  await t.checkPage();

  // One that was not.
  const bad = await ordered(t, { result, station, leader }, "902");
  await rechecked(t, station, "不合格");
  await t.task("902号");
  assert.equal(t.path(), bad);
  await t.says("复查不合格");
  await t.act("登记立案处罚情况", { 立案处罚情况: "已立案", "案号、日期或不予立案的理由": "乳市监立〔2021〕9 号，2021-09-28" }, "登记");
  await t.act("逐级上报", { 报送机关和文号: "韶关市市场监督管理局（演示），乳市监报〔2021〕9 号" }, "上报");
  await t.says("已逐级上报");
  await t.checkPage();
  await t.picture("case-escalated");

  // One whose party sits in another county: the section transfers it and enters the receipt.
  const elsewhere = await handedDown(t, result, "903");
  await t.act("移送", { 接收机关: "仁化县市场监督管理局（演示）", 移送理由: "当事人已迁至仁化县" }, "移送", { page: result });
  await t.says("移送待回执", result);
  await t.task("903号", result);
  assert.equal(t.path(result), elsewhere);
  await t.act("登记移送回执", { 对方: "已接收" }, "登记", { page: result });
  await t.says("已移送", result);
  await t.checkPage(undefined, result);
  await t.picture("case-transferred", result);
}

// A case up to the order in the party's hands.
async function ordered(t, { result, station, leader }, mark) {
  const path = await handedDown(t, result, mark);
  await sentToStation(t, result, path);
  await verified(t, station, `${mark}号`);
  await orderDrafted(t, station);
  await t.press("送分管局领导审批", { page: station });
  await t.task(["责令改正", `${mark}号`], leader);
  await t.press("批准责令改正通知书", { page: leader });
  await t.task(["送达", `${mark}号`], station);
  assert.equal(t.path(station), path);
  await t.act("登记责令改正通知书送达", { "送达方式、签收人和凭据": "直接送达，店主签收" }, "登记送达", { page: station });
  return path;
}

async function rechecked(t, station, outcome) {
  await t.act("登记整改报告和复查申请", { 整改报告: "停止销售，更换供货商，建立进货查验" }, "登记", { page: station });
  await t.act("登记复查抽样", { "抽样单号、样品和封条": "复查样品 2 只，封条 FC-21-000201，无偿提供" }, "登记抽样", { page: station });
  await t.act("登记复查结果", { 复查结果: outcome, 复查检验报告编号: "LN-FC-2021-0019" }, "登记结果", { page: station });
}
