//! Pages of single acts, walked once over HTTP on the demonstration as people do: a field or a button that is not on the
//! page cannot be used.

use hengjian_journeys::{Person, Server};

/// A picture as small as one can be.
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00";

struct Office {
    server: Server,
    _folder: tempfile::TempDir,
}

impl Office {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        Self { server: Server::demo(&folder.path().join("demo")), _folder: folder }
    }
    fn person(&self, login: &str) -> Person {
        let account = self.server.accounts.iter().find(|account| account.login == login).expect("account");
        Person::logged_in(&self.server.address, login, &account.password)
    }
}

/// A failed report of the list, by its address.
fn failed_report(person: &mut Person) -> String {
    person.open("/desk/inspections?conclusion=NONCONFORMING");
    person.things("/desk/inspections/").remove(0)
}

/// Before a local day is entered the page lists which terms move; entered and taken away again, they stand as before.
#[test]
fn a_local_day_is_shown_before_it_is_entered() {
    let office = Office::new();
    let mut system = office.person("system");
    system
        .open("/desk/admin/calendar")
        .form_here()
        .fill("on", "2021-10-08")
        .choose("kind", "放假")
        .fill("name", "示例节")
        .fill("source", "示例文件〔2021〕1 号")
        .send_for_page();
    system.reads("下面的期限跟着重新计算").reads("核查处置：2021-10-08 → 2021-10-09");
    system.open("/desk/admin/calendar");
    assert!(!system.words().contains("示例节"), "looking at it enters nothing");
    system
        .form_here()
        .fill("on", "2021-10-08")
        .choose("kind", "放假")
        .fill("name", "示例节")
        .fill("source", "示例文件〔2021〕1 号")
        .send_for_page();
    system.form_here().press("增加本地放假日");
    system.open("/desk/admin/calendar").reads("示例节");
}

/// A draw is put forward to be void by the supervisor and decided by another person; nobody does both.
#[test]
fn a_draw_is_voided_by_two_people() {
    let office = Office::new();
    let mut witness = office.person("witness");
    witness.open("/desk/draws?phase=PREPARING");
    let draw = witness
        .things("/desk/draws/")
        .into_iter()
        .find(|draw| witness.open(draw).has_form("/void"))
        .expect("a draw that can be put forward");
    let mut operator = office.person("draw");
    assert!(!operator.open(&draw).has_form("/void"), "who operates the draw does not put it forward");
    witness
        .open(&draw)
        .form("/void")
        .choose("reason", "名录有重大错误")
        .fill("words", "名录缺了两家，复核记录一份")
        .send();
    witness.open(&draw);
    assert!(!witness.has_form("/void/decide"), "nor does who put it forward decide");
    let mut approver = office.person("void");
    approver.open(&draw).reads("名录缺了两家");
    let (decision, yes) = ("decision", "作废");
    approver.form("/void/decide").choose(decision, yes).fill("words", "同意，重新组织抽取").send();
    approver.open(&draw).reads("已作废");
    operator.open(&draw).reads("已作废");
}

/// A possible risk of a whole trade is found in a failed report, its term runs, and reporting it ends the term.
#[test]
fn a_risk_of_the_trade_is_raised_and_reported() {
    let office = Office::new();
    let mut result = office.person("result");
    let report = failed_report(&mut result);
    result
        .open(&report)
        .form("/risk")
        .choose("risk_scope", "行业性")
        .fill("risk_reason", "三家同一原料，同一项目不合格")
        .send();
    result.open(&report).reads("三家同一原料").reads("行业性");
    let action = result.links("").into_iter().next();
    assert!(action.is_some(), "the page has its way on");
    let mut superior = office.person("superior");
    assert!(!superior.open(&report).has_form("/risk"), "who only reads raises no risk");
}

/// A sample that is lost is written off by a decision that says who answers for it; the office's own fault goes up.
#[test]
fn a_lost_sample_is_decided_about() {
    let office = Office::new();
    let mut result = office.person("result");
    result.open("/desk/samples");
    let sample = result
        .things("/desk/samples/")
        .into_iter()
        .find(|sample| result.open(sample).has_form("/loss"))
        .expect("a sample that can be lost");
    result.open(&sample).form("/loss").fill("note-loss", "样品室漏水").fill("evidence-loss", "照片存质量发展股").send();
    result.open(&sample).reads("灭失或被动");
    result
        .form("/settle")
        .choose("cause", "检验机构、抽样机构或者本局")
        .fill("decision-settle", "查明原因，上报分管领导")
        .send();
    result.open(&sample);
    assert!(!result.has_form("/settle"), "decided once");
    office.person("leader").open("/desk").reads("样品在机构或者本局手里灭失");
}

/// A problem report with its evidence: whoever reads the report opens the attachment.
#[test]
fn the_evidence_of_a_problem_report_opens() {
    let office = Office::new();
    let mut result = office.person("result");
    let report = failed_report(&mut result);
    let id = report.rsplit('/').next().expect("id").to_owned();
    result
        .open(&format!("/desk/problem-reports/new?inspection={id}"))
        .form("/problem-reports/new")
        .fill("what", "标识冒用他人厂名")
        .fill("evidence", "照片一张")
        .attach("files", "标识.png", PICTURE)
        .send();
    result.open(&report).reads("标识冒用他人厂名");
    let file = result.links("标识.png").into_iter().next().expect("a link to the evidence");
    assert_eq!(result.download(&file), PICTURE);
    let refused = std::panic::catch_unwind(|| office.person("draw").download(&file));
    assert!(refused.is_err(), "who has no part in it does not open it");
}

/// What is masked in a draft is what the public reads; the reason is read by those who take part only.
#[test]
fn a_field_is_masked_at_the_page() {
    let office = Office::new();
    let mut publisher = office.person("publish");
    publisher.open("/desk").form_with("/demonstration/clock", "三十天后").send();
    publisher
        .open("/desk/publications/new")
        .form_here()
        .fill("title", "示例公布稿")
        .fill("period", "2021年第三季度")
        .send();
    let draft = publisher.path().to_owned();
    let reports = publisher.form("/include").values("report");
    publisher.form("/include").tick("report", &reports[0]).send();
    let mask = publisher.open(&draft).links_to(&draft).into_iter().find(|(to, _)| to.ends_with("/mask"));
    let (mask, _) = mask.expect("a link to mask the entry");
    publisher
        .open(&mask)
        .form("/mask/draft")
        .choose("field", "受检单位地址")
        .choose("kind", "个人信息")
        .fill("reason", "经营者的住宅")
        .send();
    publisher.open(&mask).reads("（个人信息，不公开）").reads("经营者的住宅").reads("移出这一条再选入");
    let mut auditor = office.person("audit");
    auditor.open(&draft);
    assert!(!auditor.words().contains("经营者的住宅"), "the course of the draft does not tell the reason");
}
