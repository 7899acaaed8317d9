//! The page that shows every component in every state; what is not here is not part of the system.

use crate::components::{
    Tone, form,
    form::Field,
    letter, shell, table, tag,
    thing::{self, Act, StageState},
    unread_mark,
    weigh::weigh,
};
use hengjian_domain::refusal::Refusal;
use maud::{Markup, html};

/// All components.
pub fn gallery() -> Markup {
    let refusal = Refusal {
        code: "sample",
        what: "不能出具责令改正通知书".to_owned(),
        why: "经营部 10月12日及以前可提异议，结论未到最终".to_owned(),
        next: "先办停止销售和核查；停售不等结论最终".to_owned(),
        basis: None,
    };
    let stage = |state, words: &str| (state, words.to_owned());
    html! {
        (shell::title("样式", "各页都由这里的部件组成。示例内容是虚构的。"))
        (shell::section("状态词", html! { p class="bar-row" {
            (tag(Tone::Done, "未发现不合格")) (tag(Tone::Running, "检验中")) (tag(Tone::Waiting, "今天到期")) (tag(Tone::Bad, "不合格")) (tag(Tone::Absent, "未抽到样"))
        } }))
        (shell::section("按钮", html! { p class="bar-row" {
            button class="btn btn--main" type="button" { "核对并提交" } button class="btn" type="button" { "暂存" } button class="btn btn--stop" type="button" { "登记拒绝抽样" }
        } }))
        (shell::section("表单", html! { div class="fields" {
            (Field::text("sample_lot", "抽样基数").required().width("c4").unit("卷").value("42").help("本细则最少 10 卷").render())
            (Field::text("sample_bad", "抽样基数").required().width("c4").value("约200").error(Some("抽样基数应为正整数，现在是“约200”")).render())
            (Field::select("sample_place", "抽样地点", vec![("1".into(), "货架".into()), ("2".into(), "成品库".into())]).width("c4").value("1").render())
            (Field::area("sample_note", "备注").value("/").render())
            (Field::checkbox("sample_check", "已出示证件").ticked(true).render())
        } }))
        (shell::section("要改的地方", form::error_summary(&[("sample_bad".into(), "抽样基数应为正整数，现在是“约200”".into())])))
        (shell::section("不能办理", form::refusal(&refusal)))
        (shell::section("办理", thing::acts(&[Act::link("录入抽样单", "#", true), refusal.into()])))
        (shell::section("八个阶段", thing::stages(&[
            stage(StageState::Past, "已印发"), stage(StageState::Past, "已确认"), stage(StageState::Past, "已抽样"), stage(StageState::Here, "检验中"),
            stage(StageState::Begun, "1 / 3 份"), stage(StageState::Ahead, ""), stage(StageState::Ahead, ""), stage(StageState::Ahead, ""),
        ])))
        (shell::section("一件事的几步", thing::steps("抽取的六步", &[
            ("准备名录", StageState::Past, "24 家".to_owned()), ("冻结", StageState::Past, "9月24日".to_owned()), ("抽取", StageState::Here, "等监督员".to_owned()),
            ("确认", StageState::Ahead, String::new()), ("派发", StageState::Ahead, String::new()), ("结束", StageState::Ahead, String::new()),
        ])))
        (shell::section("条文待核", html! { p { "《产品质量监督抽查管理暂行办法》第八条" (unread_mark()) } p class="sub" { "原文还没有逐字核对的条款，引用处都带这个小字。" } }))
        (shell::section("表格", table::table("示例", &[table::text("产品"), table::number("批次"), table::number("预算（元）")], &[
            vec![html! { "电线电缆" }, html! { "19" }, html! { "44 650.00" }], vec![html! { "水泥" }, html! { "8" }, html! { "/" }],
        ])))
        (shell::section("限值对照", html! {
            p class="sub" { "粗线是允许的范围，菱形是实测值。" }
            div class="cols" {
                @for (words, limit, value, bad) in [("不大于", "≤13.3", "15.1", true), ("不小于", "≥0.53", "0.58", false), ("区间", "-10~+10", "-14.2", true)] {
                    div { h3 { (words) } (weigh(limit, value, bad)) }
                }
            }
        }))
        (shell::section("空列表", table::empty("没有符合条件的批次。已查 2021 年县抽，可去掉关键词", Some(("#", "清除条件")))))
        (shell::section("文书", letter::letter(&letter::Letter {
            agency: "某县市场监督管理局（示例）".to_owned(), number: "市监抽告〔2021〕1 号".to_owned(), title: "检验结果通知书".to_owned(), to: "青石五金经营部（示例）".to_owned(),
            body: html! { p { "现将检验结果告知如下。" } }, on: None, slip: None,
        }, "#")))
        (shell::section("数字", html! { div class="stat-row" { (thing::stat("抽查不合格率", "9.2%", "8 / 87 批", None)) (thing::stat("未抽到率", "4.4%", "4 / 91 次", None)) } }))
    }
}
