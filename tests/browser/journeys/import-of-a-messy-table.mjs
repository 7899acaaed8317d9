// Tables as offices publish them: title rows above the head, the head repeated, rows without a name, wrong codes. The
// preview says what would happen and why a row is left out; the import is taken back whole; a broken file is answered
// in words.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

export const role = "plan";

const data = join(import.meta.dirname, "../../data");

export default async function (t) {
  await t.checkPage(await t.open("/desk/import"));
  await t.picture("import-kinds");

  // A workbook as published: two title rows, the head on the third.
  await t.follow("抽查结果");
  await t.checkPage();
  await t.fill({ 表格文件: join(data, "as_published/深圳2019_车用油液_不合格.xlsx") });
  await t.checkPage(await t.press("预览"));
  await t.says(["还没有写入", "确认导入 9 行"]);

  // The register's list as a colleague keeps it: every tenth code with a wrong check character, a row without a name,
  // the head once more in the middle.
  const list = (await readFile(join(data, "enterprises_invented.csv"), "utf8")).trimEnd().split("\n");
  const messy = ["乳源县企业名单,,,,,", ...list.slice(0, 20), list[0], ",91440232MAX013ER5H,有限责任公司,地址在，名称漏填,A,存续", ...list.slice(20)];
  await t.open("/desk/import");
  await t.follow("市场主体");
  await t.fill({ 表格文件: { name: "企业名单（股里的）.csv", mimeType: "text/csv", buffer: Buffer.from(messy.join("\r\n")) } });
  await t.checkPage(await t.press("预览"));
  await t.says(["还没有写入", "重复出现的表头 1 行", "确认导入 40 行", "第 18 位校验码"]);
  const rejected = await t.page.locator("main tbody tr", { hasText: "不导入" }).innerText();
  assert.match(rejected, /名称/);
  await t.picture("import-preview", t.page, { height: 1000 });
  await t.press("确认导入 40 行");
  await t.says("已导入");
  await t.checkPage();
  const run = t.path();
  await t.follow("看市场主体");
  await t.fill({ 名称或信用代码: "乳源虚构01号" });
  await t.press("查询");
  await t.says("乳源虚构01号电线电缆厂");

  // Taken back whole.
  await t.open(run);
  await t.press("撤销这次导入");
  await t.says("已撤销");
  await t.checkPage();
  await t.picture("import-undone");
  await t.open("/desk/registers/enterprises");
  assert.doesNotMatch(await t.words(), /乳源虚构/);

  // A file that is no table.
  await t.open("/desk/import");
  await t.follow("抽查计划");
  await t.fill({ 表格文件: { name: "计划.xlsx", mimeType: "application/octet-stream", buffer: Buffer.from("PK\u0003\u0004 broken on the way") } });
  await t.press("预览", { status: 422 });
  await t.says(["工作簿已损坏", "另存后再试"]);
  assert.doesNotMatch(await t.words(), /error|invalid/i);
  await t.axe();
  await t.screenshot("import-broken-file");
}
