//! The rules of publication as data tables, named after the article.

use super::*;
use crate::organisation::OrganisationKind;

fn id<K>(n: u128) -> Id<K> {
    Id::from_uuid(uuid::Uuid::from_u128(n))
}
fn person(n: u128) -> Actor {
    Actor {
        user_id: id(n),
        name: String::new(),
        pseudonym: String::new(),
        org_id: id(1),
        scope_path: String::new(),
        unit_id: id(1),
        unit_name: String::new(),
        unit_kind: OrganisationKind::Regulator,
        unit_tier: None,
        roles: Vec::new(),
    }
}
fn entry() -> PublicationEntry {
    PublicationEntry {
        id: id(5),
        version: 1,
        org_id: id(1),
        publication_id: id(4),
        inspection_id: id(6),
        public_code: String::new(),
        seq: 3,
        state: EntryState::Draft,
        category: "电线电缆".into(),
        product_name: "聚氯乙烯绝缘软电缆".into(),
        model: "RVV 2×1.5".into(),
        trademark: "/".into(),
        batch_text: "2021-05-12".into(),
        sampled_name: "甲店".into(),
        sampled_address: "乙镇".into(),
        producer_name: "丙厂".into(),
        producer_address: "丁市".into(),
        platform: String::new(),
        conclusion: InspectionConclusion::Nonconforming,
        failed_items: "导体电阻".into(),
        laboratory_name: "戊所".into(),
        remark: String::new(),
        search_text: String::new(),
        corrects_id: None,
        correction_reason: String::new(),
        published_at_us: None,
        result_id: None,
        result_version: 0,
    }
}
fn facts() -> EntryFacts {
    EntryFacts { own_organiser: true, first_report: true, stands: true, ..EntryFacts::default() }
}
fn draft() -> Publication {
    Publication {
        id: id(4),
        version: 1,
        org_id: id(1),
        public_code: String::new(),
        title: String::new(),
        document_number: None,
        period: String::new(),
        body: String::new(),
        state: PublicationState::Draft,
        drafted_by: id(10),
        business_by: None,
        secrecy_by: None,
        approved_by: None,
        published_at_us: None,
        snapshot_digest: String::new(),
        reason: String::new(),
        created_at_us: Timestamp(0),
    }
}
#[track_caller]
fn refused(change: impl FnOnce(&mut PublicationEntry, &mut EntryFacts), code: &str) {
    let (mut entry, mut facts) = (entry(), facts());
    change(&mut entry, &mut facts);
    let found = draft().submit(&[(entry, facts)]).map(|_| "taken").map_err(|refused| refused.code());
    let found = found.unwrap_or_else(|code| code);
    assert_eq!(found, code);
}

/// Regulations §7.3 and R18 第十条, in the order of precedence.
#[test]
fn r18_art10_and_embargo_guards() {
    refused(|_, _| {}, "taken");
    refused(|_, facts| facts.own_organiser = false, "publication.not_own");
    refused(|_, facts| (facts.own_organiser, facts.risk_monitoring) = (false, true), "publication.not_own");
    refused(|_, facts| facts.risk_monitoring = true, "publication.risk_monitoring");
    refused(|_, facts| facts.first_report = false, "publication.not_first");
    refused(|_, facts| facts.stands = false, "publication.does_not_stand");
    refused(|_, facts| facts.open = vec!["丙厂 10月12日及以前可提异议".into()], "publication.not_final");
    refused(|_, facts| facts.published_elsewhere = true, "publication.twice");
    let now = Some((InspectionConclusion::NoNonconformityFound, String::new()));
    refused(|_, facts| facts.changed = now, "publication.changed");
    assert_eq!(draft().submit(&[]).map_err(|refused| refused.code()).err(), Some("publication.no_entries"));
}

/// Notice, part six: any of the six blank is refused, `/` is not blank; the failed item is needed for a failure only.
#[test]
fn seed_part6_minimum_fields() {
    refused(|entry, _| entry.producer_name.clear(), "publication.field_blank");
    refused(|entry, _| entry.producer_address.clear(), "publication.field_blank");
    refused(|entry, _| entry.product_name = "  ".into(), "publication.field_blank");
    refused(|entry, _| entry.model.clear(), "publication.field_blank");
    refused(|entry, _| entry.batch_text.clear(), "publication.field_blank");
    refused(|entry, _| entry.failed_items.clear(), "publication.field_blank");
    refused(|entry, _| entry.model = "/".into(), "taken");
    let passed = |entry: &mut PublicationEntry, _: &mut EntryFacts| {
        entry.failed_items.clear();
        entry.conclusion = InspectionConclusion::NoNonconformityFound;
    };
    refused(passed, "taken");
}

/// settled.md: drafter may be business reviewer, the other three differ (OGI 第十四条, 第十五条).
#[test]
fn three_different_people_review() {
    let code = |result: Result<Publication, PublicationRefused>| result.map(|p| p.state).map_err(|r| r.code());
    let ready = draft().submit(&[(entry(), facts())]).expect("ready");
    let reviewed = ready.clone().review_business(&person(10)).expect("the drafter may");
    assert_eq!(code(reviewed.clone().review_secrecy(&person(10), true)), Err("publication.same_person"));
    let other = ready.review_business(&person(11)).expect("reviewed");
    assert_eq!(code(other.clone().review_secrecy(&person(11), true)), Err("publication.same_person"));
    assert_eq!(code(other.clone().review_secrecy(&person(12), false)), Err("publication.review_incomplete"));
    let secret = other.review_secrecy(&person(12), true).expect("reviewed");
    for same in [10, 11, 12] {
        assert_eq!(code(secret.clone().approve(&person(same))), Err("publication.same_person"), "{same}");
    }
    let approved = secret.approve(&person(13)).expect("approved");
    let late = (entry(), EntryFacts { open: vec!["异议未办结".into()], ..facts() });
    assert_eq!(code(approved.clone().publish(&[late], String::new(), Timestamp(1))), Err("publication.not_final"));
    let live = approved.publish(&[(entry(), facts())], "d".into(), Timestamp(1)).expect("published");
    assert_eq!(code(live.clone().withdraw(" ")), Err("publication.reason_missing"));
    assert_eq!(code(live.clone().send_back("x")), Err("publication.wrong_state"));
    assert_eq!(code(live.withdraw("决定改变")), Ok(PublicationState::Withdrawn));
}

/// Regulations §7.4: what looks like a person's number or name is pointed at; codes of firms and batches are not.
#[test]
fn regulations_7_4_personal_data_is_pointed_at() {
    let number = format!("1{}", "3800000000");
    assert_eq!(personal_hints(&format!("电话{number}")).len(), 2);
    assert!(personal_hints("91440232MA4TEA1K4X 2021-05-12 批号 20210512001").is_empty());
    assert_eq!(personal_hints("440232190001010018 住").len(), 1);
}

/// Regulations §7.4, OGI 第十五条: a name keeps its surname, all else gives way to a word; what does not stand there is refused.
#[test]
fn ogi_art15_a_field_is_masked() {
    for (kind, text, part, shown) in [
        (MaskKind::Name, "凌知远", "", Some("凌某")),
        (MaskKind::Name, "凌知远五金店", "凌知远", Some("凌某五金店")),
        (MaskKind::Personal, "乳城镇 3 号 402 房", "3 号 402 房", Some("乳城镇 （个人信息，不公开）")),
        (MaskKind::Secret, "配方甲", "", Some("（商业秘密，不公开）")),
        (MaskKind::Secret, "配方甲", "配方乙", None),
        (MaskKind::Name, "", "", None),
    ] {
        assert_eq!(kind.shown(text, part).as_deref(), shown, "{text} {part}");
    }
    let mut entry = entry();
    for field in PublicField::ALL {
        *field.of_mut(&mut entry) = field.title().to_owned();
    }
    let printed = entry.cells().join("\n");
    for field in PublicField::ALL {
        assert!(printed.contains(field.title()), "{} is printed", field.title());
        assert_eq!(field.of(&entry), field.title());
    }
    use PublicationState::*;
    let code = |result: Result<(), PublicationRefused>| result.map_err(|refused| refused.code());
    assert_eq!(code(draft().mask(&[Draft, Returned], "住宅地址")), Ok(()));
    assert_eq!(code(draft().mask(&[Ready], "住宅地址")), Err("publication.wrong_state"));
    assert_eq!(code(draft().mask(&[Draft], " ")), Err("publication.reason_missing"));
}
