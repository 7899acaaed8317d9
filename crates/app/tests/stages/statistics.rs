//! 统计: counts are those of the rows, rates are made once, what does not count is left out.

use crate::{
    publication::{Report, confirmed},
    support::on_each_database,
};
use hengjian_app::{
    PageRequest,
    statistics::{self, Figure, Grouping, StatisticsFilter},
};
use hengjian_domain::{policy::Action, statistics::Counts, testing::InspectionOrigin};

/// Regulations §8: batches with a final conclusion, own checks only; every number equals its list.
#[test]
fn regulations_8_figures_equal_their_rows() {
    on_each_database(|bureau| {
        bureau.on_day("2021-09-20");
        for n in 0..7 {
            let sampled_on = if n < 5 { "2021-08-03" } else { "2021-04-02" };
            let product = if n % 2 == 0 { "电缆" } else { "水泥" };
            confirmed(bureau, &Report { product, sampled_on, failed: n < 2, ..Report::default() });
        }
        confirmed(bureau, &Report { origin: InspectionOrigin::Superior, ..Report::default() });
        confirmed(bureau, &Report { window_until: "2021-09-20", served_on: "2021-09-05", ..Report::default() });
        confirmed(bureau, &Report { sampled_on: "2020-08-03", ..Report::default() });
        bureau.app.daily().expect("daily");
        let viewer = bureau.actor("plan");
        let filter = StatisticsFilter::of(
            viewer.org_id,
            "2021-01-01".parse().expect("date"),
            "2021-12-31".parse().expect("date"),
        );
        let asked = filter.clone();
        let figures = bureau.app.view(&viewer, Action::StatisticsRead, |work| statistics::figures(work, &asked));
        let figures = figures.expect("figures");
        assert_eq!(figures.failed, Counts::new(2, 7));
        assert_eq!(figures.failed.rate_shown(1), "28.6%");
        assert_eq!(figures.serious, Counts::new(2, 7));
        assert_eq!(figures.enterprises_failed, Counts::new(2, 7));
        assert_eq!(figures.year_before, Counts::new(1, 1));
        let groups = |wanted| {
            let (_, groups) = figures.groups.iter().find(|(grouping, _)| *grouping == wanted).expect("grouping");
            groups.iter().map(|group| (group.key.as_str(), group.batches, group.failed)).collect::<Vec<_>>()
        };
        assert_eq!(groups(Grouping::Product), [("电缆", 4, 1), ("水泥", 3, 1)]);
        assert_eq!(groups(Grouping::Quarter), [("2021-2", 2, 0), ("2021-3", 5, 2)]);
        // Groups: the rows of one group are as many as its number.
        for (grouping, groups) in &figures.groups {
            for group in groups {
                let one = StatisticsFilter { group: Some((*grouping, group.key.clone())), ..filter.clone() };
                for (figure, expected) in [(Figure::Batches, group.batches), (Figure::Failed, group.failed)] {
                    let (asked, page) = (one.clone(), PageRequest { after: None, limit: 50 });
                    let rows = bureau
                        .app
                        .view(&viewer, Action::StatisticsRead, |work| statistics::rows(work, &asked, figure, &page));
                    let (count, rows) = rows.expect("rows");
                    let listed: i64 = rows.iter().map(|row| row.amount).sum();
                    assert_eq!((count, listed), (expected, expected), "{grouping:?} {} {figure:?}", group.key);
                }
            }
        }
        for (figure, expected) in [
            (Figure::Enterprises, 7),
            (Figure::EnterprisesFailed, 2),
            (Figure::Batches, 7),
            (Figure::Failed, 2),
            (Figure::Serious, 2),
            (Figure::Cases, 0),
        ] {
            let page = PageRequest { after: None, limit: 50 };
            let asked = filter.clone();
            let rows =
                bureau.app.view(&viewer, Action::StatisticsRead, |work| statistics::rows(work, &asked, figure, &page));
            let (count, rows) = rows.expect("rows");
            assert_eq!((count, rows.len()), (expected, usize::try_from(expected).expect("small")), "{figure:?}");
        }
    });
}

/// Every figure has a statement that both databases take, also where there is nothing to count.
#[test]
fn every_figure_can_be_listed_on_an_empty_county() {
    on_each_database(|bureau| {
        let viewer = bureau.actor("audit");
        let filter = StatisticsFilter {
            field: Some(hengjian_domain::plan::SamplingField::Production),
            product: "水泥".into(),
            ..StatisticsFilter::of(
                viewer.org_id,
                "2021-01-01".parse().expect("date"),
                "2021-12-31".parse().expect("date"),
            )
        };
        use Figure::*;
        for figure in [
            Batches,
            Failed,
            Serious,
            Visits,
            Refused,
            NotSampled,
            Objections,
            Reinspections,
            Overturned,
            Cases,
            CasesClosed,
            Rechecks,
            RechecksPassed,
            Enterprises,
            EnterprisesFailed,
            Planned,
            Sampled,
            Due("D10"),
            DoneInTime("D10"),
            ItemTested,
            ItemFailed,
        ] {
            let page = PageRequest { after: Some(("2021-05-05".into(), "x".into())), limit: 5 };
            let asked = filter.clone();
            let rows =
                bureau.app.view(&viewer, Action::StatisticsRead, |work| statistics::rows(work, &asked, figure, &page));
            assert_eq!(rows.expect("rows"), (0, Vec::new()), "{figure:?}");
        }
        let history = bureau.app.view(&viewer, Action::StatisticsRead, statistics::history).expect("history");
        assert!(history.is_empty());
    });
}
