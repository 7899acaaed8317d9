// What goes wrong in an office: a double click, two tabs, a browser that runs no script.
import assert from "node:assert/strict";

export const role = "plan";

export default async function (t) {
  // A double click on the button sends the form once; the one plan is there once.
  await t.open("/desk/plans/new");
  await t.fill({ year: "2023", title: "2023年双击计划（旅程）" }, t.page);
  await Promise.all([t.page.waitForURL(/\/desk\/plans\/[0-9a-f-]{36}/), t.page.getByRole("button", { name: "建立草稿" }).dblclick()]);
  const plan = t.path();
  assert.equal(await count(t, "双击计划"), 1);

  // The same form sent twice without the help of the script: the second send leads to what the first one made.
  const bare = await t.person("plan", { javaScriptEnabled: false });
  await t.open("/desk/plans/new", { page: bare });
  const form = Object.fromEntries(await Promise.all(["csrf", "once"].map(async (name) => [name, await bare.locator(`main [name="${name}"]`).getAttribute("value")])));
  const sent = { ...form, year: "2023", title: "2023年重发计划（旅程）" };
  for (let n = 0; n < 2; n += 1) {
    const answer = await bare.request.post(`${t.demo.address}/desk/plans`, { form: sent });
    assert.equal(answer.status(), 200, `send ${n + 1}`);
  }
  assert.equal(await count(t, "重发计划"), 1);

  // A whole act without script: fill in, be corrected, save.
  await t.open(`${plan}/lines/new`, { page: bare });
  await t.press("保存", { page: bare, status: 422 });
  await t.fill({ product_name: "儿童玩具", product_code: "TMP-0102", batches: "2", quarter_1: true, unit_cost: "900", reason: "民生产品", region: "全县" }, bare);
  await t.press("保存", { page: bare });
  assert.match(await t.words(bare), /儿童玩具/);

  // Two tabs: the second one still shows the old state; its act is refused in words, nothing is lost.
  await t.open(`${plan}/text`);
  const other = await t.page.context().newPage();
  await other.goto(`${t.demo.address}${plan}/text`);
  await t.fill({ title: "2023年双击计划（第一页改的）" }, t.page);
  await t.press("保存");
  await t.fill({ title: "2023年双击计划（第二页改的）" }, other);
  await t.press("保存", { page: other, status: 409 });
  const words = await t.words(other);
  assert.match(words, /怎么办/);
  assert.equal(await other.inputValue('[name="title"]'), "2023年双击计划（第二页改的）");
  await t.axe(other);
  await t.picture("stale-page", other);
}

async function count(t, words) {
  await t.open("/desk/plans");
  const rows = await t.page.locator("main table tr", { hasText: words }).count();
  return rows;
}
