// A case handed down by the city, from the section's desk to a step of the ladder, each person from their own work list.
import assert from "node:assert/strict";

// The bureau registers it and sends it to 乳城所. `mark` makes party and report number its own; `receiver` is the bureau
// a superior hands it to. Answers its path.
export async function handedDown(t, result, mark, receiver) {
  await t.open("/desk/cases", { page: result });
  await t.follow("登记交办案件", result);
  await t.fill(
    {
      组织抽查的机关: "韶关市市场监督管理局（演示）", 交办机关: "韶关市市场监督管理局（演示）", 交办文号或对方编号: `交办 ${mark}`,
      检验报告编号: `SG-2021-${mark}`, 被抽样单位: `${mark}号日杂店（虚构）`, 地址: "乳源瑶族自治县乳城镇虚构路 9 号", 产品名称: "电动自行车充电器",
      规格型号: "CD-48", 标称生产者: "云溪制造厂（虚构）", 不合格项目: "标志、机械强度",
      ...(receiver ? { 承办单位: receiver } : {}),
    },
    result,
  );
  await t.press("立案", { page: result });
  return t.path(result);
}

export async function sentToStation(t, result, path) {
  await t.open(path, { page: result });
  await t.act("分派到所", { 负责的所: "乳城" }, "分派", { page: result });
}

// The station signs for it, verifies on the spot, and drafts the order for the deputy head.
export async function verified(t, station, words) {
  await t.task(["签收", words], station);
  await t.press("签收", { page: station });
  await t.follow("填写现场核查处置笔录", station);
  await t.fill(
    {
      核查情况: "两名执法人员到店核查，同批次产品下架", 购进数量: "50 只", 已售数量: "12 只", 库存数量: "38 只", 货值: "2100",
      进货来源: "云溪制造厂（虚构），进货票据齐全", 当事人的回答: "无", 当事人收到检验结果的日期: "2021-09-10",
      送达方式: "邮寄", 送达凭据: "韶市监抽告〔2021〕7 号，邮件回执",
    },
    station,
  );
  await t.press("提交核查处置", { page: station });
}

export async function orderDrafted(t, station) {
  if ((await station.getByText("向执法二股报告异议情况").count()) > 0) {
    await t.act("向执法二股报告异议情况", { 当事人是否提出异议: "无" }, "报告", { page: station });
  }
  await t.follow("起草责令改正通知书", station);
  assert.match(await t.field("事实和改正要求", station).inputValue(), /库存 38 只/);
}
