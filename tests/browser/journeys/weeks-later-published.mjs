// The third quarter becomes final as days pass; its results go through draft, business review, secrecy review and
// approval to the public page, where a visitor finds them. Runs last: it moves the demonstration's clock.
import assert from "node:assert/strict";

export const role = "publish";

export default async function (t) {
  // Everybody's term to object ends before results may be published.
  await t.open("/desk");
  await t.press("往前三十天");
  assert.equal(t.path(), "/desk", "the moved clock logs nobody out");
  await t.open("/desk/publications/new");
  await t.fill({ title: "2021年第三季度产品质量县级监督抽查结果（旅程）", period: "2021年第三季度", body: "现将抽查结果公布如下。" }, t.page);
  await t.press("建立公布稿");
  const draft = t.path();
  await t.picture("publication-offered");
  await t.press("选入勾选的批次");
  await t.checkPage();
  await t.picture("publication-draft");
  await t.press("提交审核");

  const business = await t.person("result");
  await t.task(["审核", "第三季度"], business);
  assert.equal(t.path(business), draft);
  await t.press("业务审核通过", { page: business });
  const secrecy = await t.person("secrecy");
  await t.task("第三季度", secrecy);
  const answers = { no_secret: true, no_trade_secret: true, no_person: true, channel: true };
  await secrecy.locator("summary", { hasText: "保密审查" }).first().click();
  await t.picture("publication-secrecy", secrecy);
  // One question without a yes: not passed.
  await t.act("保密审查", { ...answers, no_person: false }, "审查通过", { page: secrecy, status: 409 });
  await t.axe(secrecy);
  await t.act("保密审查", answers, "审查通过", { page: secrecy });
  const leader = await t.person("leader");
  await t.task(["批准", "第三季度"], leader);
  await t.checkPage(undefined, leader);
  await t.picture("publication-approve", leader);
  await t.press("批准公布", { page: leader });
  await t.task(["发布", "第三季度"]);
  await t.press("发布");
  await t.checkPage();

  const visitor = await t.newPage({ viewport: { width: 1440, height: 900 } });
  await t.open("/announcements", { page: visitor });
  await t.checkPage(await t.follow(/2021年第三季度/, visitor), visitor);
  await t.picture("public-announcement", visitor, { height: 900 });
  for (const kind of ["CSV", "XLSX", "JSON"]) {
    const address = await visitor.getByRole("link", { name: kind }).getAttribute("href");
    const answer = await visitor.request.get(t.demo.address + address);
    assert.equal(answer.status(), 200, address);
    const bytes = await answer.body();
    if (kind === "CSV") assert.match(bytes.toString("utf8"), /软电缆/);
    if (kind === "JSON") assert.ok(JSON.stringify(JSON.parse(bytes.toString("utf8"))).includes("软电缆"));
    if (kind === "XLSX") assert.equal(bytes.subarray(0, 2).toString(), "PK");
  }
}
