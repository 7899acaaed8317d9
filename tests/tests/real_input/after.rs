//! What follows a result: the case at the station, the case handed down from above, publication, figures.

use crate::{check::FAILED_ITEM, office::Office};

/// Dispatch, 签收, verification on the spot; the party is asked whether it objects.
/// `told`: the day on which another authority's notice reached it.
pub fn verified(office: &mut Office, case: &str, intent: &str, told: Option<&str>) {
    office.person("result").open(case).form("/dispatch/send").choose("dispatch_station", "乳城").send();
    let station = office.person("station");
    station.open(case).form("/handle/accept").send();
    let form = station.follow("填写现场核查处置笔录").form("/handle/verify");
    let mut form = form
        .fill_all(&[("verify_text", "两名执法人员到店，同批次库存已下架"), ("verify_sold", "6 袋")])
        .fill_all(&[("verify_stock", "34 袋"), ("verify_value", "4800"), ("verify_supplier", "岭外肥料厂（虚构）")])
        .choose("verify_intent", intent);
    if let Some(told) = told {
        form = form.choose("told_method", "邮寄送达");
        form =
            form.fill_all(&[("told_on", told), ("told_by", "重庆市市场监督管理局"), ("told_proof", "虚构邮件回执 1")]);
    }
    form.send();
}

/// The station tells enforcement what the party answered.
pub fn objection_reported(office: &mut Office, case: &str, intent: &str) {
    office.person("station").open(case).form("/handle/report-objection").choose("report_intent", intent).send();
}

/// Order by the deputy head, service, rectification, re-check, closed by another person, reported upward.
pub fn put_right(office: &mut Office, case: &str) {
    let station = office.person("station");
    station.open(case).follow("起草责令改正通知书").reads(FAILED_ITEM).form("/handle/draft-order").send();
    office.person("leader").open(case).form("/approve/order").send();
    let station = office.person("station");
    station.open(case).form("/handle/serve-order").fill("served_proof", "直接送达，店主签收").send();
    station.form("/handle/apply-recheck").fill("rectify_text", "退回库存，更换供货商，建立进货查验").send();
    station.form("/handle/sample-recheck").fill("recheck_sample", "复查样品 2 袋，虚构封 9-1，无偿提供").send();
    let form = station.form("/handle/recheck-result").choose("result_passed", "合格");
    form.fill("report_number", "虚构 FC 7").send();
    station.form("/handle/propose-close").send();
    assert!(!station.has_form("/close/confirm"), "who handled it does not close it");
    let enforce = office.person("enforce");
    enforce.open(case).form("/close/confirm").send();
    enforce.form("/report/upward").fill("to", "韶关市市场监督管理局（虚构回执 1）").send();
    office.person("result").open(case).reads("已结案");
}

/// The results are confirmed as a whole, the task and its draw are closed.
pub fn task_closed(office: &mut Office, task: &str, draw: &str) {
    let result = office.person("result");
    result.open(task).form("/confirm").send();
    result.form("/close").fill("summary", "抽样 5 批，不合格 1 批，已处理").send();
    result.reads("已办结");
    office.person("draw").open(draw).form("/close").send();
    office.person("draw").reads("这次抽取已经办完");
}

/// All final results of the task in one publication: drafted, reviewed twice, approved, released, each by another person.
/// Returns the public address.
pub fn published(office: &mut Office, batches: usize) -> String {
    let publish = office.person("publish");
    publish
        .open("/desk/publications/new")
        .form("/publications/new")
        .fill_all(&[("title", "流通领域农资产品质量县级监督抽查结果"), ("period", "本季度")])
        .send();
    let address = publish.path().to_owned();
    publish.form("/include").send();
    publish.reads(&format!("{batches} 批，其中不合格 1 批"));
    publish.form("/submit").send();
    assert!(!publish.has_form("/publish"), "not before three other people have seen it");
    office.person("result").open(&address).form("/business").send();
    let questions = ["no_secret", "no_trade_secret", "no_person", "channel"];
    let form = office.person("secrecy").open(&address).form("/secrecy");
    questions.iter().fold(form, |form, question| form.tick(question, "1")).send();
    office.person("leader").open(&address).form("/approve").send();
    let publish = office.person("publish");
    publish.open(&address).form("/publish").send();
    let (public, _) = publish.links_to("/announcements/").remove(0);
    public
}
