// Tables as offices publish them: title rows above the head, merged cells, wrong codes. The preview says what would
// happen and why a row is left out; the import is taken back whole; a broken file is answered in words.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

export const role = "plan";

const data = join(import.meta.dirname, "../../data");

export default async function (t) {
  await t.checkPage(await t.open("/desk/import"));
  await t.picture("import-kinds");

  // A workbook with title rows, the head on its third row.
  await t.follow("历史抽查结果");
  await t.fill({ 表格文件: join(data, "as_published/深圳2019_车用油液_不合格.xlsx") });
  await t.checkPage(await t.press("预览"));
  await t.says("还没有写入");
  console.log(await t.words());
  await t.screenshot("import-preview-results");

  // Every tenth code has a wrong check character.
  await t.open("/desk/import");
  await t.follow("市场主体");
  await t.fill({ 表格文件: join(data, "enterprises_invented.csv") });
  await t.checkPage(await t.press("预览"));
  console.log(await t.words());

  await t.open("/desk/import");
  await t.follow("抽查计划");
  await t.fill({ 表格文件: join(data, "plan_zhuzhou_2025_batch1.csv") });
  await t.checkPage(await t.press("预览"));
  console.log(await t.words());
}
