//! From the laboratory's door to the final result: receipt, items, signatures, confirmation, notices, objection,
//! re-inspection.

use crate::{
    check::{BATCHES, FAILED_ITEM, readings},
    office::{LABORATORIES, Office},
};

/// A picture of one point.
const PICTURE: &[u8] = &[
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8,
    0, 0, 0, 0, 0x3A, 0x7E, 0x9B, 0x55, 0, 0, 0, 0x0A, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0x60, 0, 0, 0, 2, 0,
    1, 0x48, 0xAF, 0xA4, 0x71, 0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
];

/// Receiver, tester, reviewer, signer.
type Staff = [&'static str; 4];
const FIRST: Staff = ["receive", "test", "review", "sign"];
const SECOND: Staff = ["receive2", "test2", "review2", "sign2"];

/// Every batch tested, the first one failing; confirmed by the organiser. Returns the address of the failed one.
pub fn tested(office: &mut Office) -> String {
    let inspections = office.person("receive").open("/desk/inspections").things("/desk/inspections/");
    assert_eq!(inspections.len(), BATCHES);
    for (n, inspection) in inspections.iter().enumerate() {
        report(office, inspection, &FIRST, &readings(n == 0));
        let conclusion =
            if n == 0 { "不合格。不合格项目：酸碱度。" } else { "所检项目未发现不合格。" };
        let result = office.person("result");
        result.open(inspection).reads(conclusion);
        result.form("/confirm").tick("identity_checked", "1").tick("conclusion_checked", "1").send();
    }
    inspections[0].clone()
}

/// One sample through one laboratory.
fn report(office: &mut Office, inspection: &str, staff: &Staff, readings: &[&str]) {
    let [receiver, tester, reviewer, signer] = *staff;
    office
        .person(receiver)
        .open(inspection)
        .follow("接收或者拒收样品")
        .form("/receive")
        .fill_all(&[("place", "样品室"), ("condition", "外包装完好")])
        .tick("seal_intact", "1")
        .tick("matches_record", "1")
        .attach("photos", "seal.png", PICTURE)
        .send();
    let person = office.person(tester);
    person.open(inspection).form("/begin").send();
    let mut form = person.follow("录入检验结果").form("/items");
    for (name, reading) in form.names("value-").iter().zip(readings) {
        form = form.fill(name, reading);
    }
    form.press("保存并提交审核");
    office.person(reviewer).open(inspection).follow("审核检验结果").form("/review").press("审核通过");
    let person = office.person(signer);
    person.open(inspection).form("/sign").send();
    person.form("/submit").send();
}

/// Every recipient is told on the same day.
pub fn told(office: &mut Office) {
    let result = office.person("result");
    let notices = result.open("/desk/notices").things("/desk/notices/");
    // Sampled at sellers: the seller and the labelled producer of every batch.
    assert_eq!(notices.len(), 2 * BATCHES);
    for notice in notices {
        let mut form = result.open(&notice).form("/issue/issue");
        if form.standing("recipient_address").is_empty() {
            form = form.fill("recipient_address", "佛山市虚构路 8 号");
        }
        form.send();
        result
            .form("/serve/attempt")
            .choose("serve_method", "直接送达")
            .choose("serve_result", "已送达")
            .fill_all(&[("serve_signer", "本人"), ("serve_proof", "送达回证")])
            .send();
    }
}

/// The seller objects to the failed item, another laboratory tests the backup sample, the result is the same.
pub fn objected(office: &mut Office, inspection: &str) {
    let result = office.person("result");
    let notices = result.open(inspection).things("/desk/notices/");
    assert_eq!(notices.len(), 2, "seller and labelled producer");
    let own = result.links("（被抽样单位）").into_iter().next().expect("the seller's notice");
    result.open(&own).follow("登记这个收件人的异议");
    let form = result.form("/objections/new").choose("kind", "检验结论");
    let mut form = form.fill("reasons", "认为与出厂检验不一致，申请复检");
    form = form.attach("attachment", "objection.png", PICTURE);
    assert_eq!(form.standing("items"), FAILED_ITEM);
    form.send();
    let address = result.path().to_owned();
    result.form("/acts/accept").send();
    result.form("/acts/begin").send();
    result
        .form("/acts/reinspection-notice")
        .fill_all(&[("formalities_text", "到质量发展股办理手续并预缴费用"), ("fee", "800")])
        .send();
    result.form("/acts/notified").fill("notified_proof", "店主签收").send();
    result.form("/acts/formalities").fill("formalities_proof", "缴费凭证、确认书").send();
    result.form("/acts/appoint").choose("laboratory", LABORATORIES[1]).send();
    let verify = result.form("/acts/verify").tick("seal_intact", "1").tick("form_matches", "1");
    verify.fill("verify_text", "封条完好，与抽样单一致，照片三张").send();
    result.form("/acts/hand-over").fill("hand_over_note", "四方签字确认单").send();
    let again = office.person("receive2").open("/desk/inspections").things("/desk/inspections/");
    assert_eq!(again.len(), 1, "the other laboratory sees its own sample alone");
    // Only the item in dispute is tested again.
    report(office, &again[0], &SECOND, &["9.5"]);
    let result = office.person("result");
    let confirm = result.open(&again[0]).form("/confirm").tick("identity_checked", "1");
    confirm.tick("conclusion_checked", "1").send();
    result
        .open(&address)
        .form("/acts/conclude")
        .choose("conclude_outcome", "相同")
        .fill("conclude_reason", "复检结论与原结论一致")
        .send();
    result.form("/acts/cost").fill("cost_text", "复检费由申请人承担").send();
}
