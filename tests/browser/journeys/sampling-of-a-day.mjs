// A visit released this morning, from the sealed name to the review: two samplers, on a telephone.
import assert from "node:assert/strict";

export const role = null;

const telephone = { viewport: { width: 360, height: 740 } };

export default async function (t) {
  const samplers = [];
  for (const login of ["sampler1", "sampler2", "sampler3"]) samplers.push(await t.person(login, telephone));
  const { visit, pair } = await sealedVisit(t, samplers);
  const [first, second] = pair;

  await t.open(visit, { page: first });
  await t.picture("visit-sealed-phone", first);
  await t.press("打开抽样任务", { page: first });
  await t.checkPage(undefined, first);
  await t.press("取编号", { page: first });
  // Without the second sampler's time and the papers: refused, what was typed is kept.
  await t.fill({ lead_at: "2021-09-28T09:00", second_at: "2021-09-28T09:00", place: "店内", identity_papers: "" }, first);
  const status = await answerOf(t, first, "登记到场");
  assert.ok(status >= 400, `arrival without papers was answered with ${status}`);
  assert.equal(await first.inputValue('[name="place"]'), "店内");
  await t.axe(first);
  await t.fill({ identity_papers: "两人执法证、抽查通知书", ids_shown: true }, first);
  await t.press("登记到场", { page: first });

  await t.press("开抽样单", { page: first });
  if (!/\/edit$/.test(t.path(first))) await t.follow(/填写抽样单/, first);
  await t.picture("record-form-phone", first);
  // Half filled in and checked: the open cells are named, the filled ones kept.
  await t.fill({ producer_name: "云溪灶具厂（虚构）", product_name: "家用燃气灶" }, first);
  await t.press("保存并核对", { page: first });
  assert.match(await t.words(first), /处要改/);
  assert.equal(await first.inputValue('[name="producer_name"]'), "云溪灶具厂（虚构）");
  await t.checkPage(undefined, first);
  const wide = { width: 1440, height: 900 };
  await first.setViewportSize(wide);
  await t.picture("record-errors", first);
  await first.setViewportSize(telephone.viewport);

  await t.fill(
    {
      party_type: "销售",
      producer_address: "佛山市虚构路 8 号",
      producer_confirmed: "未核实",
      trademark: "云溪",
      model: "JZT-YX2",
      production_date: "2021-05-06",
      standard: "GB 16410—2020",
      marked_price: "680.00 元/台",
      place: "货架",
      lot_size: "12",
      random_method: "随机数表",
      random_numbers: "2、7",
      backup_custody: "被抽样单位",
      test_seal: "FT-21-900001",
      backup_seal: "FT-21-900002",
      unit_price: "680",
      slash: true,
    },
    first,
  );
  for (let n = 0; n < 8; n += 1) await t.fill({ [`photo_text_${n}`]: "相机存储卡" }, first);
  await t.press("保存并核对", { page: first });
  assert.equal(t.path(first), visit, await summary(first));
  await t.press("抽样单已填好，登记为已抽样", { page: first });
  await t.press("我已核对记录，作出声明", { page: first });
  await t.open(visit, { page: second });
  await t.press("我已核对记录，作出声明", { page: second });
  await t.open(visit, { page: first });
  await t.fill({ party_signature: "店主，手写签名" }, first);
  await t.press("登记签字", { page: first });
  await t.fill({ plan: "9月28日自送检测所", signed_page_text: "签字页扫描件存档" }, first);
  await t.press("提交", { page: first });
  await t.checkPage(undefined, first);
  await t.picture("visit-submitted-phone", first);

  // The bureau looks through the papers; the printed record is the paper form.
  const result = await t.person("result");
  await t.open(visit, { page: result });
  await t.picture("visit-review", result);
  await t.press("审核通过", { page: result });
  await t.checkPage(undefined, result);
  await t.follow(/打印抽样单/, result);
  await result.emulateMedia({ media: "print" });
  await t.picture("record-print", result);
}

// A visit nobody has opened, and its two samplers' pages.
async function sealedVisit(t, samplers) {
  const byVisit = new Map();
  for (const page of samplers) {
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

async function answerOf(t, page, button) {
  const pressed = page.getByRole("button", { name: button, exact: true }).click();
  const [response] = await Promise.all([page.waitForNavigation(), pressed]);
  t.forgive(/status of 4\d\d/);
  return response.status();
}

function summary(page) {
  return page.locator(".summary").allInnerTexts().then((texts) => texts.join("\n"));
}
