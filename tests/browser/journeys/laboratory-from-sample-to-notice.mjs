// The laboratory's own chain. 样品管理员 takes one sample in, with the licence gate, and rejects another; 检验人员 enters
// values and sees them judged; 审核人, 授权签字人; the report has its number, is printed, goes to the bureau, which is
// warned the same day. 质量发展股 confirms it and serves the notices, each on its own day.
import assert from "node:assert/strict";
import { samplers, sampledStove } from "../lib/visit.mjs";

export const role = "result";
export const longest = 180_000;

const pixel = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
const photo = { name: "外观和封条.png", mimeType: "image/png", buffer: pixel };

export default async function (t) {
  const people = await samplers(t);
  const good = await sampledStove(t, people, t.page, "81000");
  const broken = await sampledStove(t, people, t.page, "82000");

  const receiver = await t.person("receive");
  await t.open("/desk", { page: receiver });
  await t.checkPage(undefined, receiver);
  await t.picture("laboratory-work-list", receiver);

  // The broken one goes back in writing.
  await t.task([broken], receiver);
  await t.follow("接收或者拒收样品", receiver);
  await t.press("拒收样品", { page: receiver, status: 422 });
  await t.says(["请填写拒收理由", "请填写样品状态"], receiver);
  await t.axe(receiver);
  await t.fill({ 拒收理由: "检验样品封条断开，编号看不清", 样品状态: "外包装破损", 照片: photo }, receiver);
  await t.press("拒收样品", { page: receiver });
  await t.says(["样品已拒收", "封条断开"], receiver);
  await t.checkPage(undefined, receiver);
  await t.picture("sample-rejected", receiver);

  // The good one passes the licence gate; what is missing is asked for, what was typed is kept.
  await t.task([good], receiver);
  await t.checkPage(await t.follow("接收或者拒收样品", receiver), receiver);
  await t.fill({ 存放地点: "样品室 3 号架" }, receiver);
  await t.press("接收样品", { page: receiver, status: 422 });
  assert.equal(await t.field("存放地点", receiver).inputValue(), "样品室 3 号架");
  await t.open(t.path(receiver), { page: receiver });
  await t.fill(
    {
      存放地点: "样品室 3 号架", 外观和包装: "外包装完好", "封条完整，编号与抽样单一致": true, "样品名称、型号、数量与抽样单一致": true, 外观和封条照片: photo,
      应有的证书: "强制", 证书编号: "虚构 2021010900000001", 持证人: "云溪灶具厂（虚构）", 证书范围: "家用燃气灶",
      有效期自: "2020-01-01", 有效期至: "2025-01-01", 标签上的生产日期: "2021-05-06", 证书范围包含所抽型号: true,
    },
    receiver,
  );
  await t.picture("sample-receive", receiver, { from: receiver.getByRole("heading", { name: "接收", exact: true }), height: 1180 });
  await t.press("接收样品", { page: receiver });
  await t.says(["已接收", "证书核查"], receiver);
  const report = t.path(receiver);

  const tester = await t.person("test");
  await t.task(good, tester);
  await t.press("开始检验，由我主检", { page: tester });
  await t.checkPage(await t.follow("录入检验结果", tester), tester);
  const measured = { 气密性: "0.052", 热负荷偏差: "3.1", 熄火保护装置闭阀时间: "71" };
  for (const [item, value] of Object.entries(measured)) {
    await t.fill({ [`${item}：实测值`]: value }, tester);
  }
  await t.press("保存", { page: tester });
  // Judged by the rule's limits at once, with the reason beside it.
  const judged = await tester.locator("main .rowform tbody tr", { hasText: "熄火保护装置闭阀时间" }).innerText();
  assert.match(judged, /不合格/);
  await t.checkPage(undefined, tester);
  await t.picture("items-judged", tester, { height: 1100 });
  await t.press("保存并提交审核", { page: tester });

  // Who tested does not review: another person.
  const reviewer = await t.person("review");
  await t.task(good, reviewer);
  await t.checkPage(await t.follow("审核检验结果", reviewer), reviewer);
  await t.picture("report-review", reviewer, { height: 1000 });
  await t.press("审核通过", { page: reviewer });

  const signer = await t.person("sign");
  await t.task(good, signer);
  await t.press("批准并签发报告", { page: signer });
  const number = /监抽\s*\d{4}\s*-\s*\d+/.exec(await t.words(signer))?.[0];
  assert.ok(number, "the signed report has a number");
  await t.says("不合格报告当日报送", signer);
  await t.picture("report-signed", signer);
  await t.press("报送组织部门", { page: signer });
  await t.says("已预警", signer);
  await t.checkPage(undefined, signer);
  await t.checkPage(await t.follow("查看和打印检验报告", signer), signer);
  await signer.emulateMedia({ media: "print" });
  await t.says([number, "以下空白"], signer);
  await t.screenshot("report-print", signer);
  const pdf = await signer.pdf({ format: "A4" });
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");

  // The bureau was warned the same day, confirms, and every recipient gets a notice of their own.
  await t.task(["预警", number]);
  assert.equal(t.path(), report);
  await t.fill({ "已核对样品身份与抽样单": true, "已核对检验结论与各项目": true });
  await t.picture("report-confirm");
  await t.press("确认报告");
  await t.says(["已确认", "已预警", "已留样"]);
  await t.checkPage();
  // The shop is served by hand today; the producer's letter comes back, so its fifteen days have not begun.
  await t.task(["出具并送达检验结果通知书", "被抽样单位", "家用燃气灶"]);
  await t.act("出具通知书", { 异议的受理地点: "县市场监管局质量发展股（虚构路 1 号）" }, "编号并出具");
  await t.checkPage();
  await t.act("登记一次送达", { 送达方式: "直接", 结果: "已送达", 签收人及其与收件人的关系: "店主", 凭据或经过: "送达回证已签字" }, "登记");
  await t.says(["已送达", /10月13日/]);
  await t.checkPage();
  const letter = await t.page.locator('a[href$="/notice.pdf"]').getAttribute("href");
  const sent = await t.page.request.get(new URL(letter, t.page.url()).href);
  assert.equal((await sent.body()).subarray(0, 5).toString(), "%PDF-");
  await t.picture("notice-served");
  await t.task(["出具并送达检验结果通知书", "标称生产者", "云溪灶具厂"]);
  await t.act("出具通知书", { 异议的受理地点: "县市场监管局质量发展股（虚构路 1 号）" }, "编号并出具");
  await t.act("登记一次送达", { 送达方式: "邮寄", 结果: "没有送达", 凭据或经过: "邮件退回，查无此地址" }, "登记");
  await t.says([/送达中|无法送达/, "没有送达"]);
  await t.screenshot("notice-undelivered");
}
