//! Visits and tests of the demonstration: what the samplers find, what the laboratory measures.

use super::story::{Story, date};
use crate::{
    AppError, AppResult, draw,
    sampling::{self, Entry, HandOver},
    testing::{self, laboratory::TypedItem},
};
use hengjian_domain::{
    draw::{Draw, DrawId},
    officer::Officer,
    plan::TaskId,
    policy::Action,
    sampling::{
        Arrival, Evidence, OutcomeFacts, PHOTO_SLOTS, Sample, SampleKind, SamplingRecord, SamplingRecordId, Signing,
        UnableReason, Visit, VisitOutcome, required_evidence,
    },
    testing::{Confirmation, Inspection, InspectionId, ItemEntry, ItemResult, LicenceAnswer, LicenceKind},
    time::Timestamp,
};
use hengjian_store::Column;

/// A batch as labelled and as measured.
#[derive(Debug, Clone, Copy)]
pub(super) struct Batch {
    pub cells: &'static [(&'static str, &'static str)],
    /// Value by item; an item that is not named gets 符合.
    pub values: &'static [(&'static str, &'static str)],
}

impl Batch {
    pub const CABLE: Self = Self {
        cells: &[
            ("producer_name", "岭禾线缆厂（虚构）"),
            ("product_name", "聚氯乙烯绝缘聚氯乙烯护套软电缆"),
            ("trademark", "岭禾"),
            ("production_date", "2021-04-12"),
            ("standard", "GB/T 5023.5—2008"),
            ("marked_price", "84.00 元/卷"),
            ("lot_size", "40"),
            ("unit_price", "84"),
        ],
        values: &[
            ("导体电阻（20 ℃）", "12.8"),
            ("绝缘厚度（平均值）", "0.74"),
            ("绝缘最薄处厚度", "0.58"),
            ("护套厚度（平均值）", "0.86"),
        ],
    };
    pub const THIN_CABLE: Self = Self {
        cells: &[
            ("producer_name", "粤岭线缆厂（虚构）"),
            ("product_name", "聚氯乙烯绝缘聚氯乙烯护套软电缆"),
            ("trademark", "粤岭"),
            ("production_date", "2021-03-20"),
            ("standard", "GB/T 5023.5—2008"),
            ("marked_price", "56.00 元/卷"),
            ("lot_size", "40"),
            ("unit_price", "56"),
        ],
        values: &[
            ("导体电阻（20 ℃）", "15.1"),
            ("绝缘厚度（平均值）", "0.61"),
            ("绝缘最薄处厚度", "0.55"),
            ("护套厚度（平均值）", "0.83"),
        ],
    };
}

/// How a visit ends.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ending {
    Sampled(Batch),
    Closed,
    Refused,
}

/// Staff of a laboratory by login: receiver, tester, reviewer, signer.
pub(super) type Staff = [&'static str; 4];
pub(super) const FIRST_LABORATORY: Staff = ["receive", "test", "review", "sign"];
pub(super) const SECOND_LABORATORY: Staff = ["receive2", "test2", "review2", "sign2"];

/// The visits of a task that nobody has carried out, in the order of their ids, each with its ending.
pub(super) fn carry_out(
    story: &Story<'_>,
    task: TaskId,
    on: &str,
    endings: &[Ending],
) -> AppResult<Vec<SamplingRecordId>> {
    let visits: Vec<Visit> = story.rows("WHERE task_id = ?1 AND outcome IS NULL ORDER BY id", &[task.to_value()])?;
    if visits.len() != endings.len() {
        return Err(AppError::fault(format!("{} visits for {} endings", visits.len(), endings.len())));
    }
    let mut records = Vec::new();
    for (n, (visit, ending)) in visits.iter().zip(endings).enumerate() {
        records.push(visited(story, visit, on, n, *ending)?);
    }
    // In the evening the bureau looks through the papers, and the samples leave for the laboratory.
    for (n, (visit, record)) in visits.iter().zip(&records).enumerate() {
        story.at(on, 18, i8::try_from(n).unwrap_or(0))?;
        let id = visit.id;
        story.on::<Visit, _>("result", Action::VisitReview, id, move |work, version| {
            sampling::accept(work, id, version)
        })?;
        if let Some(record) = record {
            hand_over(story, &login_of(story, visit.lead_officer_id)?, *record)?;
        }
    }
    Ok(records.into_iter().flatten().collect())
}

fn hand_over(story: &Story<'_>, lead: &str, record: SamplingRecordId) -> AppResult<()> {
    let samples: Vec<Sample> = story.rows("WHERE record_id = ?1 ORDER BY number", &[record.to_value()])?;
    for sample in samples.into_iter().filter(|sample| sample.kind == SampleKind::Inspection) {
        let how = HandOver {
            transport: "抽样人员自送".into(),
            place: "县局样品室".into(),
            condition: "完好".into(),
            seal_intact: true,
            note: String::new(),
        };
        let id = sample.id;
        story.on::<Sample, _>(lead, Action::SampleMove, id, move |work, version| {
            sampling::hand_over(work, id, version, how)
        })?;
    }
    Ok(())
}

/// The replacement of a closed shop: the next of the reserve, visited on another day.
pub(super) fn replace_closed(
    story: &Story<'_>,
    draw_id: DrawId,
    task: TaskId,
    on: &str,
    ending: Ending,
) -> AppResult<Vec<SamplingRecordId>> {
    let closed: Vec<Visit> = story.rows("WHERE task_id = ?1 AND outcome = 'UNABLE'", &[task.to_value()])?;
    for visit in &closed {
        let (visit, release) = (visit.id, Timestamp::at(date(on)?, 8, 0));
        story.on::<Draw, _>("draw", Action::DrawReplace, draw_id, move |work, version| {
            draw::replace(work, draw_id, version, "", visit, None, Some(release))
        })?;
    }
    carry_out(story, task, on, &vec![ending; closed.len()])
}

fn login_of(story: &Story<'_>, officer: hengjian_domain::officer::OfficerId) -> AppResult<String> {
    let officers: Vec<Officer> = story.rows("WHERE id = ?1", &[officer.to_value()])?;
    officers.into_iter().next().map(|officer| officer.staff_number).ok_or(AppError::NotFound)
}

fn visited(
    story: &Story<'_>,
    visit: &Visit,
    on: &str,
    n: usize,
    ending: Ending,
) -> AppResult<Option<SamplingRecordId>> {
    let (id, day) = (visit.id, date(on)?);
    let (lead, second) = (login_of(story, visit.lead_officer_id)?, login_of(story, visit.second_officer_id)?);
    let by = |login: &str, run: Box<dyn FnOnce(&mut crate::Work<'_>, i64) -> AppResult<()> + Send>| {
        story.on::<Visit, _>(login, Action::VisitCarryOut, id, run)
    };
    let hour = 9 + i8::try_from(n % 8).unwrap_or(0);
    story.at(on, hour, 0)?;
    by(&lead, Box::new(move |work, version| sampling::open_visit(work, id, version)))?;
    by(&lead, Box::new(move |work, version| sampling::issue_notice(work, id, version, day)))?;
    story.at(on, hour, 20)?;
    by(
        &lead,
        Box::new(move |work, version| {
            let arrival = Arrival {
                lead_at: Some(Timestamp::at(day, hour, 10)),
                second_at: Some(Timestamp::at(day, hour, 11)),
                place: "店内".into(),
                ids_shown: true,
                identity_papers: "两人执法证、抽查通知书".into(),
            };
            sampling::arrive(work, id, version, arrival)
        }),
    )?;
    let (outcome, record) = match ending {
        Ending::Sampled(batch) => {
            let record =
                story.act(&lead, Action::VisitCarryOut, move |work| sampling::begin_record(work, id, false))?;
            story.at(on, hour, 45)?;
            let serial = serial_of(story, record)?;
            let mut cells: Vec<(&'static str, String)> =
                batch.cells.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
            let sampled_at = Timestamp::at(day, hour, 40).form_value();
            for (name, text) in [
                ("model", model_of(story)?.to_owned()),
                ("party_type", "销售".to_owned()),
                ("producer_confirmed", "未核实".to_owned()),
                ("producer_address", "佛山市虚构路 8 号".to_owned()),
                ("place", "货架".to_owned()),
                ("random_method", "随机数表".to_owned()),
                ("random_numbers", "7、19、23".to_owned()),
                ("backup_custody", "被抽样单位".to_owned()),
                ("test_seal", format!("FT-21-{serial}1")),
                ("backup_seal", format!("FT-21-{serial}2")),
                ("sampled_at", sampled_at),
            ] {
                cells.push((name, text));
            }
            let entry = Entry {
                cells,
                slash_the_rest: true,
                photos: PHOTO_SLOTS[..8].iter().map(|slot| (*slot, "相机存储卡".to_owned())).collect(),
                files: Vec::new(),
            };
            story.on::<SamplingRecord, _>(&lead, Action::VisitCarryOut, record, move |work, version| {
                match sampling::save_record(work, record, version, entry)?.as_slice() {
                    [] => Ok(()),
                    problems => Err(AppError::fault(format!("{problems:?}"))),
                }
            })?;
            (VisitOutcome::Sampled, Some(record))
        }
        Ending::Closed => (VisitOutcome::Unable, None),
        Ending::Refused => (VisitOutcome::Refused, None),
    };
    story.at(on, hour, 50)?;
    let facts = OutcomeFacts {
        outcome,
        text: match ending {
            Ending::Sampled(_) => "按细则抽样".into(),
            Ending::Closed => "店铺关门，邻居说已停业".into(),
            Ending::Refused => "店主不让查看库存，告知后仍不配合".into(),
        },
        witness: String::new(),
        unable_reason: Some(UnableReason::ClosedDown),
        found_stock: String::new(),
        told_of_liability: true,
        superior_authority: String::new(),
        superior_sampled_on: None,
        evidence: required_evidence(outcome)
            .iter()
            .map(|slot| Evidence { slot: (*slot).into(), words: "照片存相机存储卡".into() })
            .collect(),
    };
    by(&lead, Box::new(move |work, version| sampling::record_outcome(work, id, version, facts, Vec::new())))?;
    for login in [&lead, &second] {
        by(login, Box::new(move |work, version| sampling::declare(work, id, version, None)))?;
    }
    let signing = match ending {
        Ending::Sampled(_) => Signing { party_signature: "店主，手写".into(), ..Signing::default() },
        _ => Signing {
            refusal_to_sign: "没有当事人在场签字".into(),
            witness: "村委会工作人员".into(),
            ..Signing::default()
        },
    };
    by(&lead, Box::new(move |work, version| sampling::sign(work, id, version, signing)))?;
    by(
        &lead,
        Box::new(move |work, version| {
            sampling::submit(work, id, version, ("当日送达检测所", "", "签字页扫描件存档"), Vec::new())
        }),
    )?;
    Ok(record)
}

/// Every record of the year names another model: the same product is not sampled twice within six months.
fn model_of(story: &Story<'_>) -> AppResult<&'static str> {
    const MODELS: [&str; 12] = [
        "RVV 2×1.5",
        "RVV 2×1.0",
        "RVV 3×1.5",
        "RVV 2×2.5",
        "RVV 3×2.5",
        "RVV 2×0.75",
        "RVV 3×1.0",
        "RVV 3×0.75",
        "RVV 4×1.5",
        "RVV 4×1.0",
        "RVV 4×2.5",
        "RVV 5×1.5",
    ];
    let records: Vec<SamplingRecord> = story.rows("ORDER BY id", &[])?;
    Ok(MODELS[records.len() % MODELS.len()])
}

fn serial_of(story: &Story<'_>, record: SamplingRecordId) -> AppResult<String> {
    let records: Vec<SamplingRecord> = story.rows("WHERE id = ?1", &[record.to_value()])?;
    let number = records.into_iter().next().map(|record| record.number).unwrap_or_default();
    // Task and record number together: `003-0001` → `0030001`.
    let parts: Vec<&str> = number.rsplit('-').take(2).collect();
    Ok(parts.into_iter().rev().collect())
}

/// The inspections of records, in their order.
pub(super) fn inspections(story: &Story<'_>, records: &[SamplingRecordId]) -> AppResult<Vec<InspectionId>> {
    let mut ids = Vec::new();
    for record in records {
        let rows: Vec<Inspection> = story.rows("WHERE record_id = ?1 ORDER BY id", &[record.to_value()])?;
        ids.push(rows.first().map(|row| row.id).ok_or_else(|| AppError::fault("a record without inspection"))?);
    }
    Ok(ids)
}

fn by(
    story: &Story<'_>,
    login: &str,
    action: Action,
    id: InspectionId,
    run: impl FnOnce(&mut crate::Work<'_>, i64) -> AppResult<()> + Send + 'static,
) -> AppResult<()> {
    story.on::<Inspection, _>(login, action, id, run)
}

/// The laboratory takes samples in on a day and begins.
pub(super) fn received(story: &Story<'_>, ids: &[InspectionId], staff: &Staff, on: &str) -> AppResult<()> {
    story.at(on, 9, 0)?;
    let received_on = date(on)?;
    for &id in ids {
        by(story, staff[0], Action::InspectionReceive, id, move |work, version| {
            let arrival = testing::laboratory::Arrival {
                received_on,
                seal_intact: true,
                matches_record: true,
                condition: "外包装完好".into(),
                place: "样品室".into(),
                note: String::new(),
                licence: Some(LicenceAnswer {
                    kind: LicenceKind::Compulsory,
                    number: "虚构 2021010105000001".into(),
                    holder: String::new(),
                    holder_reason: "证书由标称生产者持有".into(),
                    scope: "软电缆".into(),
                    covers_model: true,
                    valid_from_on: date("2020-01-01").ok(),
                    valid_until_on: date("2025-01-01").ok(),
                    produced_on: date("2021-03-20").ok(),
                }),
                photos: vec![testing::view::attached("sample.png", PIXEL)],
            };
            testing::laboratory::receive(work, id, version, arrival)
        })?;
        by(story, staff[1], Action::InspectionTest, id, move |work, version| {
            testing::laboratory::begin_testing(work, id, version)
        })?;
    }
    Ok(())
}

/// Values by the model of the batch; three people sign; the report goes to the organiser the same day.
pub(super) fn reported(story: &Story<'_>, ids: &[InspectionId], staff: &Staff, on: &str) -> AppResult<()> {
    let [_, tester, reviewer, signer] = *staff;
    story.at(on, 9, 0)?;
    for &id in ids {
        let rows: Vec<Inspection> = story.rows("WHERE id = ?1", &[id.to_value()])?;
        let row = rows.into_iter().next().ok_or(AppError::NotFound)?;
        let known = [Batch::CABLE, Batch::THIN_CABLE];
        let batch =
            known.into_iter().find(|batch| batch.cells.contains(&("producer_name", row.producer_name.as_str())));
        let values = batch.map_or(Batch::CABLE.values, |batch| batch.values);
        let items: Vec<ItemResult> = story.rows("WHERE inspection_id = ?1 ORDER BY seq", &[id.to_value()])?;
        let typed: Vec<TypedItem> = items
            .into_iter()
            .map(|row| {
                let value = values.iter().find(|(item, _)| *item == row.item).map_or("符合", |(_, value)| *value);
                let entry = ItemEntry { value: value.to_owned(), ..ItemEntry::default() };
                TypedItem { id: row.id, version: row.version, entry }
            })
            .collect();
        by(story, tester, Action::InspectionTest, id, move |work, version| {
            testing::laboratory::enter_items(work, id, version, typed, Vec::new()).map(|_| ())
        })?;
        by(story, tester, Action::InspectionTest, id, move |work, version| {
            testing::laboratory::complete_items(work, id, version)
        })?;
        by(story, reviewer, Action::InspectionReview, id, move |work, version| {
            testing::laboratory::review(work, id, version)
        })?;
        by(story, signer, Action::InspectionSign, id, move |work, version| {
            testing::laboratory::sign(work, id, version).map(|_| ())
        })?;
        by(story, signer, Action::InspectionSign, id, move |work, version| {
            testing::laboratory::submit(work, id, version, false)
        })?;
    }
    Ok(())
}

/// The organiser confirms reports.
pub(super) fn confirmed(story: &Story<'_>, ids: &[InspectionId], on: &str) -> AppResult<()> {
    story.at(on, 11, 0)?;
    for &id in ids {
        by(story, "result", Action::ReportConfirm, id, move |work, version| {
            let answer = Confirmation {
                identity_checked: true,
                conclusion_checked: true,
                explanation: String::new(),
                serious_quality_problem: false,
            };
            testing::organiser::confirm(work, id, version, &answer)
        })?;
    }
    Ok(())
}

/// The smallest PNG there is: a photo's place in the demonstration.
const PIXEL: &[u8] = &[
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8,
    0, 0, 0, 0, 0x3A, 0x7E, 0x9B, 0x55, 0, 0, 0, 0x0A, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0x60, 0, 0, 0, 2, 0,
    1, 0x48, 0xAF, 0xA4, 0x71, 0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
];
