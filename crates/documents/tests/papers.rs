//! Every paper: rendered with worst-case values, its text found, its fonts embedded, the same bytes twice, well-formed.
//! Set `HENGJIAN_KEEP_PAPERS` to a folder to look at them.

use hengjian_documents::{
    DocumentError, PlanNotice, PlanNoticeLine, RectificationOrder, ReinspectionTask, ReportItem, ResultNotice,
    SampleEnd, SamplingRecordPaper, SpotCheckNotice, TestReport, plan_notice, rectification_order, reinspection_task,
    result_notice, sample_end, sampling_record, spot_check_notice, test_report,
};
use hengjian_domain::{
    ids::Id,
    plan::SamplingField,
    sampling::{PurchaseBasis, RecordState, SamplingForm, SamplingRecord},
    time::Timestamp,
};
use jiff::civil::date;
use std::{path::Path, process::Command};

/// Output of a tool of the machine; `None` (and a printed skip) where it is not installed, a failure in CI.
fn tool(program: &str, arguments: &[&str]) -> Option<String> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
            Some(text)
        }
        Err(error) => {
            assert!(std::env::var("CI").is_err(), "{program}: {error}");
            eprintln!("skipped: {program} is not installed");
            None
        }
    }
}

/// The one check: `make` is called twice.
#[track_caller]
fn check(name: &str, pages: usize, make: impl Fn() -> Result<Vec<u8>, DocumentError>, expected: &[&str]) {
    let bytes = make().unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(bytes, make().expect("twice"), "{name}: the same values give the same bytes");
    assert!(bytes.windows(10).any(|window| window == b"pdfaid:par"), "{name}: PDF/A");
    let scratch = tempfile_dir(name);
    let file = scratch.join(format!("{name}.pdf"));
    std::fs::write(&file, &bytes).expect("write");
    if let Ok(folder) = std::env::var("HENGJIAN_KEEP_PAPERS") {
        std::fs::copy(&file, Path::new(&folder).join(format!("{name}.pdf"))).expect("kept");
    }
    let path = file.to_str().expect("path");
    if let Some(text) = tool("pdftotext", &["-layout", path, "-"]) {
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        for words in expected {
            let wanted: String = words.chars().filter(|c| !c.is_whitespace()).collect();
            assert!(plain.contains(&wanted), "{name} lacks {words}:\n{text}");
        }
        assert_eq!(text.matches('\u{c}').count(), pages, "{name}: pages");
    }
    if let Some(fonts) = tool("pdffonts", &[path]) {
        let rows: Vec<&str> = fonts.lines().skip(2).collect();
        assert!(!rows.is_empty(), "{name}: no font");
        for row in rows {
            // name, type, encoding, emb sub uni …
            let flags: Vec<&str> = row.split_whitespace().rev().skip(2).take(3).collect();
            assert_eq!(flags, ["yes", "yes", "yes"], "{name}: {row}");
        }
    }
    tool("qpdf", &["--check", path]);
    std::fs::remove_dir_all(&scratch).expect("scratch removed");
}
fn tempfile_dir(name: &str) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("papers-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("scratch");
    folder
}

fn plan(lines: usize, issued: bool) -> PlanNotice {
    let line = |number: usize| PlanNoticeLine {
        seq: number.to_string(),
        code: format!("TMP-{number:02}"),
        product: "聚氯乙烯绝缘电线电缆（额定电压 450/750 V 及以下）".into(),
        field: "流通领域".into(),
        region: "乳源瑶族自治县".into(),
        quarters: "二、三季度".into(),
        batches: "19".into(),
        enterprises: String::new(),
        unit_cost: "2350.00".into(),
        budget: "44650.00".into(),
        section: "质量发展股".into(),
        laboratory: "岭南质量检测所（虚构）".into(),
        focus: "建筑和装饰装修材料".into(),
    };
    let text = "为加强产品质量监督管理，保障人身、财产安全，根据《中华人民共和国产品质量法》《产品质量监督抽查管理暂行办法》等规定，结合我县实际，制定 2021 年产品质量监督抽查计划（见附件），现印发给你们，请认真组织实施。";
    PlanNotice {
        agency: "乳源瑶族自治县市场监督管理局".into(),
        number: if issued { "乳市场监管〔2021〕25 号".into() } else { String::new() },
        title: "乳源瑶族自治县市场监督管理局\n关于印发 2021 年产品质量监督抽查计划的通知".into(),
        addressees: "局机关各股室，各市场监管所，各承检机构".into(),
        paragraphs: vec![
            text.into(),
            "一、抽查安排".into(),
            "以化工产品、建筑和装饰装修材料、机动车及其配件、车用燃油为重点，全年安排抽查产品 2 项 27 批次。".into(),
            "二、结果处理".into(),
            "对不合格产品，有关股室和市场监管所在收到报告后五个工作日内核查处置。# *不是标记* $x$ @某人 <b>".into(),
        ],
        annex_title: "2021 年产品质量监督抽查计划表".into(),
        lines: (1..=lines).map(line).collect(),
        total_batches: (19 * lines).to_string(),
        total_budget: "1205550.00".into(),
        dated: date(2021, 5, 10),
        issued,
        draft_words: "草稿　第 1 版".into(),
        copies: "韶关市市场监督管理局".into(),
        printed_by: "乳源瑶族自治县市场监督管理局办公室".into(),
    }
}

/// F01, GB/T 9704: issued, and as a draft; the head of the annex stands on each of its pages.
#[test]
fn f01_plan_notice() {
    check(
        "plan",
        3,
        || plan_notice(&plan(4, true)),
        &[
            "乳源瑶族自治县市场监督管理局文件",
            "乳市场监管〔2021〕25号",
            "关于印发2021年产品质量监督抽查计划的通知",
            "局机关各股室，各市场监管所，各承检机构：",
            "# *不是标记* $x$ @某人 <b>",
            "2021年5月10日印发",
            "抄送：韶关市市场监督管理局。",
            "合计",
            "— 1 —",
        ],
    );
    check("plan-draft", 5, || plan_notice(&plan(27, false)), &["草稿", "附件", "1205550.00", "— 5 —"]);
}

fn spot_check() -> SpotCheckNotice {
    SpotCheckNotice {
        agency: "乳源瑶族自治县市场监督管理局".into(),
        number: "虚构通〔2021〕1 号".into(),
        code: "https://example.invalid/check/0123456789abcdef".into(),
        party_name: "虚构建材经营部".into(),
        party_uscc: "92440232MA5QYX7N8J".into(),
        party_address: "虚构镇虚构路 1 号".into(),
        products: "电线电缆".into(),
        task: "440232-2021-XC-001 电线电缆".into(),
        sampling_body: String::new(),
        samplers: vec![("岳听松".into(), "虚构证 001".into()), ("江晚舟".into(), "虚构证 002".into())],
        valid_from: date(2021, 9, 27),
        valid_until: date(2021, 10, 15),
        complaint_phone: String::new(),
        dated: date(2021, 9, 26),
    }
}

/// F05, R18 第十六条: two people, the notice's term, what the party may ask.
#[test]
fn f05_spot_check_notice() {
    check(
        "f05",
        1,
        || spot_check_notice(&spot_check()),
        &[
            "产品质量监督抽查通知书",
            "2021年9月27日至2021年10月15日",
            "《产品质量监督抽查管理暂行办法》第十六条（条文待核）、第二十二条（条文待核）",
            "《中华人民共和国产品质量法》第十五条",
            "第 1 页　共 1 页",
            "江晚舟",
        ],
    );
}

fn result(nonconforming: bool) -> ResultNotice {
    ResultNotice {
        agency: "乳源瑶族自治县市场监督管理局".into(),
        number: "虚构果〔2021〕3 号".into(),
        code: String::new(),
        recipient: "虚构电线厂".into(),
        capacity: "标称生产者".into(),
        product_name: "聚氯乙烯绝缘电线".into(),
        trademark: String::new(),
        model: "ZR-RVV 4×1 mm²".into(),
        batch: "2021-03-02".into(),
        sampled_party: "虚构建材经营部".into(),
        producer: "虚构电线厂".into(),
        record_number: "440232-2021-XC-001-0001".into(),
        sampled_on: "2021-09-28".into(),
        report_number: "虚构 2021-001".into(),
        laboratory: "虚构检测所".into(),
        conclusion: if nonconforming { "不合格".into() } else { "所检项目未发现不合格".into() },
        nonconforming,
        failed_items: if nonconforming {
            vec![("导体电阻".into(), "≤ 19.5 Ω/km（虚构）".into(), "21.3 Ω/km".into())]
        } else {
            Vec::new()
        },
        objection_authority: "乳源瑶族自治县市场监督管理局".into(),
        backup_custody: "虚构检测所".into(),
        asks_authorship: nonconforming,
        dated: date(2021, 10, 12),
    }
}

/// F18, R18 第三十五条、第三十六条: fifteen days; a pass is never called 合格.
#[test]
fn f18_result_notice() {
    check(
        "f18",
        1,
        || result_notice(&result(true)),
        &["检验结果通知书", "自收到本通知书之日起十五日内", "≤ 19.5 Ω/km", "□ 是", "立即停止生产、销售同一产品"],
    );
    check("f18-pass", 1, || result_notice(&result(false)), &["所检项目未发现不合格", "只对所抽样品批次负责"]);
}

/// F36, R18 第三十四条: basis, date, to whom, how, who approved, who saw it; what is not yet done stays blank for the hand.
#[test]
fn f36_sample_end() {
    let end = SampleEnd {
        agency: "乳源瑶族自治县市场监督管理局".into(),
        sample_number: "440232-2021-XC-001-0001/J1".into(),
        kind: "检验样品".into(),
        product: "聚氯乙烯绝缘电线 ZR-RVV 4×1 mm²".into(),
        quantity: "2 卷".into(),
        seal: "F2021-00017".into(),
        record_number: "440232-2021-XC-001-0001".into(),
        report_number: "虚构 2021-001".into(),
        obtained: "付费购买".into(),
        result: "不合格".into(),
        target: "处置".into(),
        taker: "虚构检测所".into(),
        place: "虚构检测所样品库".into(),
        reason: "异议期满，检毕样品破碎后作废料处理。".into(),
        proposed: "虚构经办　2021-10-13".into(),
        approved: "虚构领导　2021-10-14　同意".into(),
        carried_out_on: Some(date(2021, 10, 15)),
        course: "已启封　破碎后作废料处理".into(),
        bases: vec![hengjian_domain::law::R18_34],
        dated: date(2021, 10, 14),
    };
    let words =
        ["样品退还、处置单", "440232-2021-XC-001-0001/J1", "2021-10-15", "第三十四条", "见证人", "破碎后作废料处理"];
    check("f36", 1, || sample_end(&end), &words);
    let open = SampleEnd { carried_out_on: None, course: String::new(), ..end };
    check("f36-open", 1, || sample_end(&open), &["样品退还、处置单", "接收人"]);
}

/// F27, 《产品质量法》第十七条: both dates, both remedies.
#[test]
fn f27_rectification_order() {
    let order = RectificationOrder {
        agency: "乳源瑶族自治县市场监督管理局".into(),
        number: "虚构责改〔2021〕1 号".into(),
        code: String::new(),
        party: "虚构建材经营部".into(),
        product: "聚氯乙烯绝缘电线 ZR-RVV 4×1 mm²".into(),
        report_number: "虚构 2021-001".into(),
        failed_items: "导体电阻".into(),
        facts: "库存 42 卷，已销售 8 卷。".into(),
        ordered_on: date(2021, 8, 2),
        rectify_until: Some(date(2021, 10, 8)),
        recheck_until: date(2021, 10, 16),
        review_authority: "乳源瑶族自治县人民政府".into(),
        court: "虚构人民法院".into(),
    };
    check(
        "f27",
        1,
        || rectification_order(&order),
        &[
            "责令改正通知书",
            "2021年10月8日（六十日）",
            "2021年10月16日（七十五日）",
            "《中华人民共和国产品质量法》第十七条",
            "六个月内向虚构人民法院提起行政诉讼",
            "送达回证",
        ],
    );
    let unserved = RectificationOrder { rectify_until: None, ..order };
    check("f27-unserved", 1, || rectification_order(&unserved), &["自本通知书送达之日起六十日"]);
}

/// F07: every field of regulations §4 on one sheet, `/` where nothing was written.
#[test]
fn f07_sampling_record() {
    let id = |n: u128| uuid_of(n);
    let record = SamplingRecord {
        id: id(1).cast(),
        version: 1,
        org_id: id(2).cast(),
        unit_id: None,
        visit_id: None,
        task_id: None,
        number: "440232-2021-XC-001-0001".into(),
        state: RecordState::Signed,
        enterprise_id: id(3).cast(),
        field: SamplingField::Circulation,
        category_id: None,
        product_name: "聚氯乙烯绝缘电线".into(),
        trademark: "/".into(),
        model: "ZR-RVV 4×1 mm²".into(),
        model_key: String::new(),
        grade: String::new(),
        production_date_text: "2021-03-02".into(),
        batch_code: "/".into(),
        standard: "GB/T 5023.5—2008".into(),
        producer_name: "虚构电线厂".into(),
        producer_key: String::new(),
        producer_uscc: "/".into(),
        producer_address: "虚构市虚构区虚构工业园第三排第十二栋厂房一楼东侧".into(),
        producer_region: String::new(),
        lot_size: "42".into(),
        unit: "卷".into(),
        test_quantity: "1".into(),
        backup_quantity: "1".into(),
        purchase_basis: PurchaseBasis::MarkedPrice,
        unit_price_fen: 9_900,
        amount_fen: 9_900,
        random_method: "随机数表".into(),
        random_numbers: "07、31".into(),
        sampled_on: Some(date(2021, 9, 28)),
        form: SamplingForm { place: "货架".into(), remark: String::new(), ..SamplingForm::default() },
        party_signature: "盘某".into(),
        refusal_to_sign: String::new(),
        signed_at_us: None,
        created_at_us: Timestamp::at(date(2021, 9, 28), 10, 0),
    };
    let paper = SamplingRecordPaper {
        agency: "乳源瑶族自治县市场监督管理局".into(),
        code: "https://example.invalid/c/0123456789abcdef".into(),
        record,
        task_kind: "计划抽查".into(),
        party_name: "虚构建材经营部".into(),
        party_uscc: "92440232MA5QYX7N8J".into(),
        party_address: "虚构镇虚构路 1 号".into(),
        party_region: "440232".into(),
        product_code: "TMP-01".into(),
        seals: "检 000123　备 000124".into(),
        sampling_body: "乳源瑶族自治县市场监督管理局".into(),
        lead_sampler: "岳听松".into(),
        second_sampler: "江晚舟".into(),
        witness: String::new(),
        dated: date(2021, 9, 28),
    };
    check(
        "f07",
        1,
        || sampling_record(&paper),
        &[
            "产品质量监督抽查抽样单",
            "440232-2021-XC-001-0001",
            "42 卷",
            "99.00 元",
            "检 000123",
            "统一社会信用代码",
            "第 1 页　共 1 页",
        ],
    );
}

/// F17: cover, identity, many items over a page break with their heads again, conclusion, three names.
#[test]
fn f17_test_report() {
    let item = |n: usize| ReportItem {
        item: format!("绝缘平均厚度（虚构项目 {n}）"),
        unit: "mm".into(),
        requirement: "≥0.53".into(),
        measured: "0.58".into(),
        verdict: "合格".into(),
        method: "GB/T 5023.2—2008".into(),
        remark: String::new(),
    };
    let report = |items: usize| TestReport {
        laboratory: "岭南质量检测所（虚构）".into(),
        accreditation: "虚构-CMA-001".into(),
        number: "监抽2021-0001".into(),
        replaces: String::new(),
        cover: vec![
            ("产品名称", "聚氯乙烯绝缘电线　ZR-RVV 4×1 mm²".into()),
            ("受检单位", "虚构建材经营部".into()),
            ("委托单位", "乳源瑶族自治县市场监督管理局".into()),
            ("检验类别", "监督抽查".into()),
        ],
        facts: vec![
            ("样品名称", "聚氯乙烯绝缘电线".into()),
            ("商标", String::new()),
            ("受检单位地址", "虚构市虚构区虚构工业园第三排第十二栋厂房一楼东侧".into()),
            ("抽样日期", "2021-09-20".into()),
        ],
        items: (1..=items).map(item).collect(),
        conclusion: "所检项目未发现不合格。".into(),
        remarks: vec!["标志：没有登记限值，不作判定".into()],
        tester: "严竹影".into(),
        reviewer: "江晚舟".into(),
        signer: "岳听松".into(),
        issued_on: date(2021, 9, 28),
    };
    let expected =
        ["检验报告", "监抽2021-0001", "虚构-CMA-001", "以下空白", "主检：严竹影", "只对所检样品负责", "没有登记限值"];
    check("f17", 2, || test_report(&report(3)), &expected);
    check("f17-long", 4, || test_report(&report(40)), &["以下空白", "第4页　共4页"]);
    let amended = TestReport {
        replaces: "本报告更正并替代报告 监抽2021-0001。更正理由：录入有误".into(), ..report(1)
    };
    check("f17-amended", 2, || test_report(&amended), &["更正并替代报告"]);
}

/// F24, R18 第四十一条, 第四十二条: the disputed items with their methods, the sample with its seal, four confirmations.
#[test]
fn f24_reinspection_task() {
    let task = ReinspectionTask {
        agency: "乳源瑶族自治县市场监督管理局".into(),
        number: "虚构复检通〔2021〕1 号".into(),
        applicant: "虚构电线厂（标称生产者）".into(),
        first_report: "监抽2021-0001".into(),
        first_laboratory: "岭南质量检测所（虚构）".into(),
        laboratory: "粤北产品检验中心（虚构）".into(),
        laboratory_address: "虚构路 1 号".into(),
        accreditation: "虚构-CMA-002".into(),
        single_laboratory: String::new(),
        product: "聚氯乙烯绝缘电线　商标 /　ZR-RVV 4×1 mm²　2021-03-02".into(),
        producer: "虚构电线厂".into(),
        items: vec![("导体电阻".into(), "≤19.5 Ω/km".into(), "GB/T 3048.4—2007".into())],
        due: "自收到样品之日起二十日".into(),
        record_number: "440232-2021-XC-001-0001".into(),
        sample_number: "440232-2021-XC-001-0001/B1".into(),
        quantity: "1 卷".into(),
        seal: "备 000124".into(),
        custody: "虚构建材经营部，虚构镇虚构路 1 号".into(),
        verified: String::new(),
        dated: date(2021, 10, 20),
    };
    check(
        "f24",
        1,
        || reinspection_task(&task),
        &["复检任务书", "GB/T 3048.4—2007", "备 000124", "与初检一致", "与抽样单是否相符", "申请人（到场的签字）"],
    );
}

fn uuid_of(number: u128) -> Id<()> {
    format!("{number:032x}").parse().expect("uuid")
}

/// A rare character is an answer, not an empty box.
#[test]
fn a_character_outside_the_font_is_named() {
    let notice = SpotCheckNotice { party_name: "㙟某".into(), ..spot_check() };
    assert_eq!(spot_check_notice(&notice), Err(DocumentError::MissingCharacters("㙟".into())));
}
