// 质量发展股 hands a case down, the station signs for another and writes its verification.
import assert from "node:assert/strict";

export const role = "result";

export default async function (t) {
  // The case that came from the city yesterday lies with the section.
  await t.open("/desk/cases?state=OPENED");
  const first = await t.page.locator('main table a[href^="/desk/cases/"]').first().getAttribute("href");
  await t.open(first);
  const fresh = t.path();
  await t.checkPage();
  await t.picture("case-dispatch");
  const station = await t.page.locator('[name="dispatch_station"] option', { hasText: "乳城" }).first().getAttribute("value");
  await t.act("分派到所", { dispatch_station: station }, "分派");
  assert.match(await t.words(), /乳城/);

  const officer = await t.person("station1");
  await t.open("/desk", { page: officer });
  await t.checkPage(undefined, officer);
  await t.picture("work-list-station", officer);
  await t.picture("todo", officer, { height: 660 });
  await t.task(["签收", "疏篱建材店"], officer);
  assert.equal(t.path(officer), fresh);
  await t.press("签收", { page: officer });
  await t.checkPage(undefined, officer);
  await t.checkPage(await t.follow("填写现场核查处置笔录", officer), officer);
  // Everything that is wrong is said at once, each beside its field.
  await t.fill({ verify_text: "x", verify_on: "2021-09-20", verify_stock: "很多", told_on: "2021-10-20" }, officer);
  await t.press("提交核查处置", { page: officer, status: 422 });
  await t.says(["少于 10 个字", "早于收到日", "应写数字和单位", "请选择对异议意向的答复", "收到日期不能晚于今天", "请选择送达方式", "请填写送达凭据"], officer);
  assert.equal(await officer.inputValue('[name="verify_text"]'), "x");
  await t.axe(officer);
  await t.picture("case-verification", officer);
  await t.fill(
    {
      verify_text: "两名执法人员到店核查，同批次产品下架",
      told_on: "",
      verify_on: "2021-09-28",
      verify_stopped_on: "2021-09-28",
      verify_made: "300 块",
      verify_sold: "120 块",
      verify_stock: "180 块",
      verify_value: "600",
      verify_supplier: "云溪制造厂（虚构）",
      verify_intent: "NO",
    },
    officer,
  );
  await t.press("提交核查处置", { page: officer });
  assert.equal(t.path(officer), fresh);
  assert.match(await t.words(officer), /180 块/);
  await t.picture("case-verified", officer);

  // Nobody knows yet when the party received the result: the page says so and leads to the act; the last day is counted.
  await t.says(["没有登记当事人收到检验结果的日期和送达凭据", "补登当事人收到日期"], officer);
  await t.act("补登当事人收到日期", { 当事人收到检验结果的日期: "2021-09-24", 送达方式: "邮寄", 送达凭据: "" }, "登记收到日期", { page: officer, status: 422 });
  await t.act("补登当事人收到日期", { 送达凭据: "韶市监抽告〔2021〕131 号，邮件回执" }, "登记收到日期", { page: officer });
  await t.says(["10月9日", "更正当事人收到日期"], officer);
  await t.checkPage(undefined, officer);
  await t.picture("case-result-received", officer);

  // A case of another station does not exist for this one.
  const other = await t.person("station2");
  await t.open(fresh, { page: other, status: 404 });
}
