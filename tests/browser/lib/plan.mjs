// A plan of one line, ready to be handed in.

// Answers the plan's path; the editor's page stands on it.
export async function draftedPlan(t, editor, year, title) {
  await t.open("/desk/plans", { page: editor });
  await t.follow(/新.*计划/, editor);
  await t.fill({ year, title }, editor);
  await t.press("建立草稿", { page: editor });
  const plan = t.path(editor);
  await t.follow("添加产品", editor);
  const line = {
    product_name: "儿童玩具", product_code: "TMP-0102", batches: "2", quarter_1: true, unit_cost: "900", region: "全县",
    lead_section: "质量发展股", laboratory_name: "岭南质量检测所（演示）", focus: "儿童用品", reason: "民生产品",
  };
  await t.fill(line, editor);
  await t.press("保存", { page: editor });
  await t.press("按产品重写正文", { page: editor });
  await t.follow("冲突核对", editor);
  await t.press("看过了，确认", { page: editor });
  return plan;
}
