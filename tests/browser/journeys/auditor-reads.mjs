// 监察审计 reads plans, draws, cases and the journal and can change nothing.
import assert from "node:assert/strict";

export const role = "audit";

export default async function (t) {
  for (const list of ["/desk/plans", "/desk/draws", "/desk/cases", "/desk/publications", "/desk/inspections", "/desk/objections"]) {
    await t.open(list);
    const thing = await t.page.evaluate(
      (list) => [...document.querySelectorAll("main table a")].map((a) => a.pathname).find((path) => path.startsWith(`${list}/`)),
      list,
    );
    assert.ok(thing, `${list} shows nothing to an auditor`);
    await t.open(thing);
    assert.deepEqual(await acting(t.page), [], `acts of an auditor on ${thing}`);
  }
  await t.picture("audit-objection");
  await t.checkPage(await t.open("/desk/admin/journal"));
  await t.picture("journal");
  // A form sent all the same is refused.
  const csrf = await t.page.locator('[name="csrf"]').first().getAttribute("value");
  const answer = await t.page.request.post(`${t.demo.address}/desk/plans`, { form: { csrf, year: "2023", title: "不该建立的计划" } });
  assert.equal(answer.status(), 403);
}

// Forms in the main part that would change something, other than the demonstration's clock and the journal's check.
function acting(page) {
  return page.evaluate(() => [...document.querySelectorAll('main form[method="post"]')].map((form) => form.getAttribute("action")));
}
