//! Every number of the statistics page opens its rows, and the rows are as many as the number says (over HTTP, on the
//! demonstration).

use hengjian_journeys::{Server, page::links};

/// Address and number of every link of a page that leads to rows.
fn numbers(page: &str) -> Vec<(String, i64)> {
    page.split("<a href=\"/desk/statistics/rows/")
        .skip(1)
        .filter_map(|rest| {
            let (address, rest) = rest.split_once("\">")?;
            let (number, _) = rest.split_once('<')?;
            Some((format!("/desk/statistics/rows/{}", address.replace("&amp;", "&")), number.trim().parse().ok()?))
        })
        .collect()
}

/// What stands in the numeric cells of the tables without a link and is a bare number.
fn bare_numbers(page: &str) -> Vec<String> {
    page.split("<td")
        .skip(1)
        .filter_map(|rest| rest.split_once('>').and_then(|(_, rest)| rest.split_once("</td>")))
        .map(|(cell, _)| cell.trim().to_owned())
        .filter(|cell| !cell.is_empty() && cell.chars().all(|c| c.is_ascii_digit()))
        .collect()
}

fn total(page: &str) -> i64 {
    let (_, rest) = page.split_once("，共 ").expect("the list says how many");
    rest.split_once(" 项。").expect("sentence").0.parse().expect("number")
}

#[test]
fn every_number_of_the_statistics_equals_its_rows() {
    let folder = tempfile::tempdir().expect("folder");
    let server = Server::demo(&folder.path().join("demo"));
    let mut client = server.client_of("plan");
    let (mut checked, mut above_zero, mut duties) = (0, 0, 0);
    for cut in ["?from=2020-01-01&until=2030-12-31", "?from=2021-01-01&until=2021-12-31"] {
        let answer = client.get(&format!("/desk/statistics{cut}"));
        assert_eq!(answer.status, 200);
        let page = answer.text();
        assert_eq!(bare_numbers(&page), Vec::<String>::new(), "numbers without rows");
        for (address, number) in numbers(&page) {
            let rows = client.get(&address);
            assert_eq!(rows.status, 200, "{address}");
            let text = rows.text();
            assert_eq!(total(&text), number, "{address}");
            if address.contains("rule=") && number > 0 {
                assert!(text.contains(">办结日期</th>"), "a day under the head of another column: {address}");
                duties += 1;
            }
            // R18 第三十五条: the notice of a result; the conclusion of a re-inspection (第四十二条) is none.
            if address.contains("rule=D10") {
                let (list, _) = text.split_once("<tbody").map_or((text.as_str(), ""), |(_, list)| (list, ""));
                let (list, _) = list.split_once("</table>").unwrap_or((list, ""));
                let other: Vec<_> =
                    links(list).into_iter().filter(|(to, _)| !to.starts_with("/desk/notices/")).collect();
                assert!(other.is_empty(), "{other:?}");
            }
            checked += 1;
            above_zero += i64::from(number > 0);
        }
    }
    assert!(duties > 0, "no duty was looked at");
    assert!(checked > 60 && above_zero > 30, "{checked} numbers, {above_zero} above zero");
}
