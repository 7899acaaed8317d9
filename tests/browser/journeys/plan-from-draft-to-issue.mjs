// A plan from its first line to the printed notice: 计划编制人 drafts and submits, 分管局领导 approves, 信息发布人 issues.
import assert from "node:assert/strict";

export const role = "plan";

export default async function (t) {
  await t.open("/desk/plans");
  await t.follow(/新.*计划/);
  // An empty title comes back with its message.
  await t.fill({ year: "2022", title: "" }, t.page);
  await t.press("建立草稿", { status: 422 });
  assert.match(await t.words(), /处要改/);
  assert.equal(await t.page.inputValue('[name="year"]'), "2022");
  await t.axe();
  await t.fill({ year: "2022", title: "2022年乳源瑶族自治县产品质量监督抽查计划（旅程）" }, t.page);
  await t.press("建立草稿");
  const plan = t.path();

  // Sent with empty numbers: every message beside its field, everything typed kept.
  await t.follow("添加产品");
  const line = { product_name: "电动自行车充电器", region: "全县", batches: "many", unit_cost: "1800", laboratory_name: "岭南质量检测所（演示）" };
  await t.fill(line, t.page);
  await t.press("保存", { status: 422 });
  assert.equal(await t.page.inputValue('[name="product_name"]'), line.product_name);
  await t.picture("form-errors-kept");
  const rest = { batches: "4", product_code: "TMP-0101", quarter_2: true, lead_section: "质量发展股", focus: "涉及人身财产安全", reason: "投诉较多" };
  await t.fill(rest, t.page);
  await t.press("保存");
  assert.equal(t.path(), plan);

  // Submitting waits for the scan; the page says so under its article.
  assert.equal(await t.page.getByRole("button", { name: "提交审批" }).count(), 0);
  await t.press("按产品重写正文");
  await t.checkPage(await t.follow("冲突核对"));
  await t.picture("plan-scan");
  await t.press("看过了，确认");
  await t.picture("plan-draft");
  await t.press("提交审批");
  await t.axe();

  const leader = await t.person("leader");
  await t.open("/desk", { page: leader });
  assert.match(await t.words(leader), /2022年乳源/);
  await t.open(plan, { page: leader });
  await t.act("批准", { opinion: "同意" }, "批准", { page: leader });

  const publisher = await t.person("publish");
  await t.open(plan, { page: publisher });
  await t.act("印发", { number: "乳市监（2022）3", issued_on: "2021-09-28" }, "印发", { page: publisher, status: 409 });
  await t.act("印发", { number: "乳市场监管〔2022〕3 号", issued_on: "2021-09-28" }, "印发", { page: publisher });
  assert.match(await t.words(publisher), /乳市场监管〔2022〕3\s*号/);
  await t.checkPage(undefined, publisher);
  await t.picture("plan-issued", publisher);

  // On paper only the notice is left: no menu, no buttons.
  await t.open(`${plan}/print`, { page: publisher });
  await publisher.emulateMedia({ media: "print" });
  assert.equal(await publisher.locator("nav.stages").isVisible(), false);
  assert.equal(await publisher.locator("button:visible").count(), 0);
  assert.match(await t.words(publisher), /电动自行车充电器/);
  await t.fitsWidth(publisher);
  await t.picture("plan-notice-print", publisher);
}
