//! From the imported plan to samples on their way: registers, plan, rule, commission, draw, visits.

use crate::office::{LABORATORIES, Office};

/// The line of the imported plan that is carried out.
pub const LINE: &str = "农资产品";
/// Batches of its task.
pub const BATCHES: usize = 5;
/// The table of the rule that fits the product.
const TABLE: &str = "3 有机-无机复混肥料";
/// The item that failed in the announcement of 重庆市市场监督管理局, 2019-07-23 (有机-无机复混肥料). The rule's table as
/// published breaks off before it.
pub const FAILED_ITEM: &str = "酸碱度";
/// Limit and reading of each item, in the rule's order. The rule prints no limits and the announcement no values, so all
/// of these are 虚构.
const READINGS: [(&str, &str); 9] = [
    ("≥5.0", "7.2"),
    ("≥3.0", "4.1"),
    ("≥3.0", "4.4"),
    ("≥15.0", "15.7"),
    ("≤3.0", "1.2"),
    ("≥20", "24.5"),
    ("≥95", "99"),
    ("≤100", "30"),
    ("[5.5,8.5]", "7.0"),
];
/// What the laboratory reads of [`FAILED_ITEM`] in the batch that fails. 虚构.
const FAILED_READING: &str = "9.6";

/// Readings in the order of the items.
pub fn readings(fails: bool) -> Vec<&'static str> {
    let mut all: Vec<&str> = READINGS.iter().map(|(_, reading)| *reading).collect();
    if fails {
        all[READINGS.len() - 1] = FAILED_READING;
    }
    all
}

/// The imported plan is made whole, approved by another person, issued and filed. Returns its address.
pub fn plan_in_force(office: &mut Office, title: &str) -> String {
    let year = office.today().year();
    let plan = office.person("plan");
    plan.open("/desk/plans").follow(title);
    let address = plan.path().to_owned();
    // The four lines of the source: 60 + 10 + 5 + 10 = 85 groups.
    plan.reads("合计 / / / 85");
    // The source has one sum for all lines, so no line has a cost; the editor gives this one its own.
    plan.follow(LINE).form_here().fill("unit_cost", "2350").send();
    plan.open(&address).form("/text/default").send();
    plan.follow("冲突核对").form("/scan").send();
    plan.open(&address).form("/submit").send();
    office.person("leader").open(&address).form("/approve").fill("opinion", "同意").send();
    let number = format!("乳市场监管〔{year}〕25 号");
    office.person("publish").open(&address).form("/issue").fill("number", &number).send();
    office.person("result").open(&address).form("/file").fill("receipt", "市局备案 12 号").send();
    office.person("plan").open(&address).reads(&number).reads("市局备案 12 号");
    address
}

/// The imported rule is made whole: what its source lacks is typed, the tables for other products are taken out. Returns
/// the names of its items.
pub fn rule_made_whole(office: &mut Office) -> Vec<String> {
    let plan = office.person("plan");
    plan.open("/desk/registers/rules").follow("产品质量监督抽查实施细则——复混肥料");
    let address = plan.path().to_owned();
    plan.reads("抽样方法").reads("判定规则");
    plan.follow("修改细则")
        .form("/change")
        .fill("sampling_method", "在同一批次待销产品中按随机数抽取包装，缩分后分装")
        .fill("judging_rule", "所检项目全部合格的，判为未发现不合格；有一项不合格的，判为不合格")
        .choose("category_id", LINE)
        .send();
    // Tables 1 and 2 are for other products: 8 items each.
    for _ in 0..16 {
        plan.open(&address).form("/remove").send();
    }
    plan.open(&address);
    let items = plan.links_to(&format!("{address}/items/"));
    let items: Vec<_> = items.into_iter().filter(|(_, words)| words.starts_with("修改")).collect();
    assert_eq!(items.len(), 8, "items of table 3 as published");
    let mut names: Vec<String> = items.iter().map(|(_, words)| words.trim_start_matches("修改").to_owned()).collect();
    for ((item, _), (limit, _)) in items.iter().zip(READINGS) {
        plan.open(item).form_here().fill("limit_text", limit).send();
    }
    plan.open(&address)
        .follow("增加检验项目")
        .form("/items/new")
        .fill_all(&[("name", FAILED_ITEM), ("table_name", TABLE), ("method", "GB/T 18877（方法虚构）")])
        .fill_all(&[("standard", "GB/T 18877（限值虚构）"), ("limit_text", READINGS[8].0)])
        .send();
    names.push(FAILED_ITEM.to_owned());
    names
}

/// Laboratories with their scope, samplers with their certificates.
pub fn registers(office: &mut Office, items: &[String]) {
    let day = office.day(400);
    let scope = items.join("\n");
    let plan = office.person("plan");
    for name in LABORATORIES {
        plan.open("/desk/registers/laboratories/new")
            .form("/laboratories/new")
            .fill_all(&[("name", name), ("address", "韶关市虚构路 1 号"), ("accreditation_number", "虚构 CMA")])
            .fill("accreditation_until_on", &day)
            .choose("organisation_id", name)
            .send();
        plan.follow("登记资质项目").form("/scope").fill("lines", &scope).send();
    }
    for login in ["sampler1", "sampler2"] {
        let name = Office::name_of(login);
        plan.open("/desk/registers/officers/new")
            .form("/officers/new")
            .fill_all(&[("name", name), ("staff_number", login), ("certificate_number", "虚构执法证")])
            .fill("certificate_until_on", &day)
            .choose("user_id", name)
            .tick("may_lead", "1")
            .send();
    }
}

/// Task, scheme, rule made public, laboratory commissioned. Returns the task's address.
pub fn commissioned(office: &mut Office, plan_address: &str) -> String {
    let days: Vec<String> = [0, 14, 30, 120, -1].into_iter().map(|days| office.day(days)).collect();
    let plan = office.person("plan");
    plan.open(plan_address).follow("建立任务");
    plan.form("/tasks").choose("line_id", LINE).fill("batches", &BATCHES.to_string()).send();
    let address = plan.path().to_owned();
    plan.follow("修改方案")
        .form("/scheme")
        .fill("product_scope", "有机-无机复混肥料，不包括有机肥料")
        .fill_all(&[("sampling_from_on", &days[0]), ("sampling_until_on", &days[1])])
        .fill_all(&[("testing_until_on", &days[2]), ("handling_until_on", &days[3])])
        .fill("division_of_work", "质量发展股抽样，检测所检验，各所核查处置，执法二股督办")
        .send();
    plan.open(&address).form("/rules").choose("rules_id", "复混肥料").send();
    let published = format!("{}T09:00", days[4]);
    office
        .person("publish")
        .open(&address)
        .form("/publish")
        .fill_all(&[("url", "https://www.example.invalid/xize"), ("published_at", &published)])
        .send();
    let result = office.person("result");
    result
        .open(&address)
        .form("/commission")
        .choose("laboratory_id", LABORATORIES[0])
        .fill("agreement_number", "虚构协议 1")
        .tick("no_conflict", "1")
        .send();
    address
}

/// Firms in and out of the roster.
pub struct Roster {
    pub inside: i64,
    /// Words of the reason, firms.
    pub outside: &'static [(&'static str, i64)],
}

/// Roster from the imported firms, frozen, drawn by another person, confirmed, handed over. Returns the draw's address.
pub fn drawn(office: &mut Office, task: &str, roster: &Roster) -> String {
    let draw = office.person("draw");
    draw.open(task).form("/draws/new").send();
    let address = draw.path().to_owned();
    draw.reads(&format!("参加抽取 {} 家", roster.inside));
    let outside: i64 = roster.outside.iter().map(|(_, firms)| firms).sum();
    draw.reads(&format!("不参加 {outside} 家"));
    for (reason, firms) in roster.outside {
        let row = format!("{reason} {firms}");
        draw.reads(&row);
    }
    draw.reads(&format!("抽取 {BATCHES} 家")).form("/freeze").send();
    // Who prepared the roster does not draw.
    assert!(!draw.has_form("/execute"));
    let witness = office.person("witness");
    witness.open(&address).form("/execute").tick("checked", "1").send();
    witness.form("/confirm").send();
    let dispatch = office.person("dispatch");
    dispatch.open(&address).form("/names").send_for_page();
    // The form proposes eight o'clock of the next day.
    dispatch.reads(&format!("共 {BATCHES} 家")).form("/dispatch").send();
    address
}

/// Every visit, sampled, reviewed, its sample handed over.
pub fn sampled(office: &mut Office) {
    let visits = office.person("sampler1").open("/desk/visits").things("/desk/visits/");
    assert_eq!(visits.len(), BATCHES, "both samplers go to every firm");
    for (n, visit) in visits.iter().enumerate() {
        let words = office.person("sampler1").open(visit).words();
        let first = format!("抽样人员：{}", Office::name_of("sampler1"));
        let [lead, second] = if words.contains(&first) { ["sampler1", "sampler2"] } else { ["sampler2", "sampler1"] };
        one_visit(office, visit, n, lead, second);
        office.person("result").open(visit).form("/accept").send();
    }
    for login in ["sampler1", "sampler2"] {
        let person = office.person(login);
        for sample in person.open("/desk/samples").things("/desk/samples/") {
            person.open(&sample);
            if person.has_form("/hand-over") && person.words().contains("检验样品") {
                let form = person.form("/hand-over");
                form.fill("transport-hand-over", "抽样人员自送").fill("place-hand-over", "县局样品室").send();
            }
        }
    }
}

fn one_visit(office: &mut Office, visit: &str, n: usize, lead: &str, second: &str) {
    let person = office.person(lead);
    person.open(visit).form("/open").send();
    person.form("/notice").send();
    let arrival = person.form("/arrive").fill("identity_papers", "两人执法证、抽查通知书").fill("place", "店内");
    arrival.tick("ids_shown", "1").send();
    person.form("/records").send();
    let record = person.path().to_owned();
    fill_in(office, lead, n);
    let person = office.person(lead);
    assert_eq!(person.path(), visit, "the record is complete: {record}");
    person.form("/outcome").send();
    person.form("/declare").send();
    office.person(second).open(visit).form("/declare").send();
    let person = office.person(lead);
    person.open(visit).form("/sign").fill("party_signature", "店主手写").send();
    let form = person.form("/submit").fill("plan", "次日自送检测所收样室");
    form.fill("signed_page_text", "签字页原件存卷").send();
}

/// Every cell of F07 that is typed.
fn fill_in(office: &mut Office, lead: &str, n: usize) {
    let person = office.person(lead);
    let edit = person.form("/edit");
    let (test_seal, backup_seal) = (format!("虚构封 {n}-1"), format!("虚构封 {n}-2"));
    let model = format!("{}kg/袋", 25 + n);
    let mut form = edit
        .choose("party_type", "销售")
        .fill_all(&[("producer_name", "岭外肥料厂（虚构）"), ("producer_address", "佛山市虚构路 8 号")])
        .choose("producer_confirmed", "未核实")
        .fill_all(&[("product_name", "有机-无机复混肥料"), ("trademark", "岭外"), ("model", &model)])
        .fill_all(&[("production_date", "2021-03-20"), ("standard", "GB/T 18877"), ("marked_price", "120 元/袋")])
        .choose("place", "仓库")
        .fill_all(&[("lot_size", "40"), ("unit", "kg"), ("random_numbers", "7、19、23")])
        .choose("random_method", "随机数表")
        .fill_all(&[("test_quantity", "0.5"), ("backup_quantity", "0.5")])
        .choose("backup_custody", "被抽样单位")
        .fill_all(&[("test_seal", &test_seal), ("backup_seal", &backup_seal), ("unit_price", "5")])
        .tick("slash", "1");
    for slot in 0..8 {
        form = form.fill(&format!("photo_text_{slot}"), "相机存储卡");
    }
    form.press("保存并核对");
}
