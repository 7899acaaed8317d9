// The prepared draw of coolants: the operator freezes, the supervisor draws, the dispatcher alone sees the names.
import assert from "node:assert/strict";

export const role = "draw";

export default async function (t) {
  await t.open("/desk/draws?phase=DRAFT");
  await t.follow(/冷却液/);
  const draw = t.path();
  await t.checkPage(await t.follow("看全部名录"));
  await t.picture("draw-roster");
  const before = await roster(t);
  await t.open(draw);
  await t.picture("draw-prepared");
  await t.press("冻结名录");
  // Who prepared it does not carry it out.
  assert.equal(await t.page.getByRole("button", { name: "执行抽取" }).count(), 0);

  const witness = await t.person("witness");
  await t.open(draw, { page: witness });
  await t.press("执行抽取", { page: witness, status: 422 });
  await t.axe(witness);
  await t.fill({ checked: true }, witness);
  await t.press("执行抽取", { page: witness });
  await t.press("按数量确认", { page: witness });
  await t.checkPage(undefined, witness);
  await t.picture("draw-confirmed", witness);
  // The roster is the same page before and after: nothing on it tells who was drawn.
  await t.open(`${draw}/roster`);
  assert.deepEqual(await roster(t), before);

  const dispatcher = await t.person("dispatch");
  await t.open(draw, { page: dispatcher });
  const names = await t.press("查看名单并派发", { page: dispatcher });
  await t.checkPage(names, dispatcher);
  await t.picture("draw-names", dispatcher);
  await t.press("派发 3 次抽样", { page: dispatcher });
  assert.equal(t.path(dispatcher), draw);
  assert.match(await t.words(dispatcher), /抽样任务已经派出/);
}

// The roster's rows as words.
async function roster(t) {
  const rows = await t.page.locator("main tbody tr").allInnerTexts();
  assert.ok(rows.length > 0, "the roster is empty");
  return rows.map((row) => row.replace(/\s+/g, " ").trim()).sort();
}
