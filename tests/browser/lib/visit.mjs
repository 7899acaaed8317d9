// A visit of this morning, from the sealed name to the accepted papers and the sample on its way to the laboratory.
// sampling-of-a-day.mjs asks more of each page; this is for journeys that begin with a sample.
import assert from "node:assert/strict";

const telephone = { viewport: { width: 360, height: 740 } };

// The three samplers, each with a telephone.
export async function samplers(t) {
  const pages = [];
  for (const login of ["sampler1", "sampler2", "sampler3"]) pages.push(await t.person(login, telephone));
  return pages;
}

// A visit nobody has opened, and its two samplers' pages.
export async function sealedVisit(t, pages) {
  const byVisit = new Map();
  for (const page of pages) {
    await t.open("/desk/visits", { page });
    const found = await page.evaluate(() => [...document.querySelectorAll('main a[href^="/desk/visits/"]')].map((a) => a.pathname));
    for (const path of new Set(found)) byVisit.set(path, [...(byVisit.get(path) ?? []), page]);
  }
  for (const [visit, pair] of byVisit) {
    if (pair.length !== 2) continue;
    await t.open(visit, { page: pair[0] });
    if ((await pair[0].getByRole("button", { name: "打开抽样任务" }).count()) > 0) return { visit, pair };
  }
  throw new Error(`no sealed visit of two samplers among ${[...byVisit].map(([path, pages]) => `${path} ${pages.length}`)}`);
}

// One gas stove taken, its papers accepted by the bureau's `result` page, the sample handed to the laboratory.
// `mark` makes seals and model its own. Answers the number of the sample.
export async function sampledStove(t, pages, result, mark) {
  const { visit, pair } = await sealedVisit(t, pages);
  const [first, second] = pair;
  await t.press("打开抽样任务", { page: first });
  await t.press("取编号", { page: first });
  await t.fill({ lead_at: "2021-09-28T09:00", second_at: "2021-09-28T09:00", place: "店内", identity_papers: "两人执法证、抽查通知书", ids_shown: true }, first);
  await t.press("登记到场", { page: first });
  await t.press("开抽样单", { page: first });
  if (!/\/edit$/.test(t.path(first))) await t.follow(/填写抽样单/, first);
  const cells = {
    producer_name: "云溪灶具厂（虚构）", product_name: "家用燃气灶", party_type: "销售", producer_address: "佛山市虚构路 8 号",
    producer_confirmed: "未核实", trademark: "云溪", model: `JZT-${mark}`, production_date: "2021-05-06", standard: "GB 16410—2020",
    marked_price: "680.00 元/台", place: "货架", lot_size: "12", random_method: "随机数表", random_numbers: "2、7",
    backup_custody: "被抽样单位", test_seal: `FT-21-${mark}1`, backup_seal: `FT-21-${mark}2`, unit_price: "680", slash: true,
  };
  for (let n = 0; n < 8; n += 1) cells[`photo_text_${n}`] = "相机存储卡";
  await t.fill(cells, first);
  await t.press("保存并核对", { page: first });
  assert.equal(t.path(first), visit, "the record is complete");
  await t.press("抽样单已填好，登记为已抽样", { page: first });
  for (const page of [first, second]) {
    await t.open(visit, { page });
    await t.press("我已核对记录，作出声明", { page });
  }
  await t.open(visit, { page: first });
  await t.fill({ party_signature: "店主，手写签名" }, first);
  await t.press("登记签字", { page: first });
  await t.fill({ plan: "9月28日自送检测所", signed_page_text: "签字页扫描件存档" }, first);
  await t.press("提交", { page: first });
  await t.open(visit, { page: result });
  await t.press("审核通过", { page: result });
  await t.open(visit, { page: first });
  await t.follow("检验样品", first);
  const sample = (await first.locator("main h1").innerText()).split("　").at(-1).trim();
  await t.act("移交承检机构", { "承运人和单号，或者自送人": "抽样人员自送", 移交地点: "检测所收样室", 包装和封条状态: "完好", 封条完整: true }, "登记移交", { page: first });
  return sample;
}
