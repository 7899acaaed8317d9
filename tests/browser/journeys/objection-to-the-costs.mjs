// An objection from the letter to the costs: registered within the fifteen days, accepted, notified, formalities done,
// another laboratory than the first, the backup sample looked at and handed over, tested again, decided, settled. Another
// one comes after the fifteen days and is refused under its article.
import assert from "node:assert/strict";

export const role = "result";
export const longest = 180_000;

const pixel = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
const paper = { name: "异议申请书.png", mimeType: "image/png", buffer: pixel };
const photo = { name: "备用样品.png", mimeType: "image/png", buffer: pixel };

export default async function (t) {
  await tooLate(t);

  // The shop of the third quarter was told on 24 September.
  await notice(t, "2021-10-09");
  await t.says("10月9日");
  await t.checkPage();
  await t.follow("登记这个收件人的异议");
  await t.press("登记", { status: 422 });
  await t.axe();
  await notice(t, "2021-10-09");
  await t.follow("登记这个收件人的异议");
  await t.fill({ 异议事项: "检验结论", 事实和理由: "与出厂检验报告不一致，申请复检", 收到的途径: "当面提交", 异议申请书和材料: paper });
  await t.screenshot("objection-register");
  await t.press("登记");
  const objection = t.path();
  await t.says(["已收到", "在期限内提出"]);
  await t.checkPage();

  // Everything further begins at the work list.
  await t.task("受理");
  assert.equal(t.path(), objection);
  await t.press("受理");
  await t.checkPage();
  await t.screenshot("objection-accepted");
  await t.press("开始研究复检");
  await t.act("出具复检通知书", { 办理手续的地点和缴费方式: "到质量发展股办理，预缴复检费用", 复检费用: "800" }, "编号并出具");
  await t.follow("复检通知书");
  await t.checkPage();
  await t.screenshot("paper-reinspection-notice");
  await t.open(objection);
  await t.act("登记复检通知送达", { "送达方式、签收人和凭据": "直接送达，店主签收" }, "登记");
  await t.says("办理复检手续");
  await t.checkPage();
  await t.screenshot("objection-notified");
  await t.act("登记复检手续", { 预缴费用和确认的凭据: "缴费凭证、复检确认书" }, "登记");

  // The first laboratory is refused, with the reason and the article; the other one is appointed.
  await t.act("确定复检机构", { 复检机构: "岭南" }, "确定", { status: 409 });
  await t.says(["原因", "依据", "初检机构"]);
  await t.axe();
  await t.picture("objection-first-laboratory-refused");
  await t.act("确定复检机构", { 复检机构: "粤北" }, "确定");
  await t.act("核对备用样品", { 封条完好: true, 与抽样单相符: true, "核对经过、照片和参加人": "四方在场，封条完好，照片三张" }, "登记核对");
  await t.checkPage();
  await t.act("移交备用样品并交付复检", { 移交确认单和参加人: "四方签字确认单" }, "移交");
  await t.says("复检中");
  await t.screenshot("objection-testing-again");

  const sample = await reinspected(t);
  await t.task(["确认报告", "软电缆"]);
  await t.says(sample);
  await t.fill({ "已核对样品身份与抽样单": true, "已核对检验结论与各项目": true });
  await t.press("确认报告");
  await t.open(objection);
  await t.act("作出复检结论并告知", { 复检结论: "相同", 说明: "复检结论与初检一致" }, "作出结论");
  await t.says("复检结论相同");
  await t.follow("复检结论告知书");
  await t.checkPage();
  await t.open(objection);
  await t.act("登记费用结清", { 缴退费和备用样品价款的凭据: "复检费由申请人承担，已结清" }, "登记");
  await t.says(["费用已结清", "申请人"]);
  await t.checkPage();
  await t.picture("objection-settled");
}

// The notice to the sampled party of a failed batch, by the last day to object.
async function notice(t, until) {
  await t.open("/desk/objections");
  await t.follow("检验结果通知书");
  const failed = t.page.locator("main tbody tr", { has: t.page.getByRole("cell", { name: "不合格", exact: true }) });
  const row = failed.filter({ hasText: until }).filter({ hasText: "被抽样单位" });
  await Promise.all([t.page.waitForNavigation(), row.getByRole("link").first().click()]);
}

// The second quarter's shop had until 30 July.
async function tooLate(t) {
  await notice(t, "2021-07-30");
  await t.follow("登记这个收件人的异议");
  await t.says(["期限已过", "已经最终的结论"]);
  await t.fill({ 异议事项: "检验结论", 事实和理由: "不认可检验结论" });
  await t.press("登记", { status: 422 });
  await t.says("请附异议申请书的扫描件");
  await t.fill({ 没有申请书扫描件的原因: "申请书原件由店主带回补盖章，已约定明日送来" });
  await t.press("登记");
  await t.says(["超过期限", "现在不能办", "受理以前不影响已经最终的结论"]);
  await t.axe();
  await t.picture("objection-too-late", t.page, { height: 960 });
  await t.act("不予受理", { 不予受理的原因: "超过期限提出", 理由: "7月15日收到检验结果，9月28日提出，超过十五日" }, "出具不予受理通知书");
  await t.says("不予受理");
  await t.follow("异议不予受理通知书");
  await t.says("第十五条");
  await t.checkPage();
  await t.screenshot("paper-objection-refused");
}

// The second laboratory takes the backup sample in, measures the same, reports. Answers the sample's number.
async function reinspected(t) {
  const receiver = await t.person("receive2");
  await t.task("接收样品", receiver);
  const sample = /\d{6}-\d{4}-XC-\d{3}-\d{4}\/B\d/.exec(await t.words(receiver))[0];
  await t.follow("接收或者拒收样品", receiver);
  await t.fill(
    {
      存放地点: "样品室", 外观和包装: "外包装完好", "封条完整，编号与抽样单一致": true, "样品名称、型号、数量与抽样单一致": true, 外观和封条照片: photo,
      应有的证书: "强制", 证书编号: "虚构 2021010105000001", 持证人: "粤岭线缆厂（虚构）", 证书范围: "软电缆",
      有效期自: "2020-01-01", 有效期至: "2025-01-01", 标签上的生产日期: "2021-03-20", 证书范围包含所抽型号: true,
    },
    receiver,
  );
  await t.press("接收样品", { page: receiver });
  const tester = await t.person("test2");
  await t.task(sample, tester);
  await t.press("开始检验，由我主检", { page: tester });
  await t.follow("录入检验结果", tester);
  const measured = { "导体电阻（20 ℃）": "15.2", "绝缘厚度（平均值）": "0.60", 绝缘最薄处厚度: "0.55", "护套厚度（平均值）": "0.84", 标志内容: "符合" };
  const rows = tester.locator(".rowform tbody tr");
  for (let n = 0; n < (await rows.count()); n += 1) {
    const heading = await rows.nth(n).getByRole("rowheader").innerText();
    const item = Object.keys(measured).find((item) => heading.includes(item));
    assert.ok(item, `no value for ${heading}`);
    await t.fill({ [`${item}：实测值`]: measured[item] }, rows.nth(n));
  }
  await t.press("保存并提交审核", { page: tester });
  const reviewer = await t.person("review2");
  await t.task(sample, reviewer);
  await t.follow("审核检验结果", reviewer);
  await t.press("审核通过", { page: reviewer });
  const signer = await t.person("sign2");
  await t.task(sample, signer);
  await t.press("批准并签发报告", { page: signer });
  await t.press("报送组织部门", { page: signer });
  return sample;
}
