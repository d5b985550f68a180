use super::*;

fn seat(id: u32, kind: Kind, host: u32) -> Seat {
    Seat { id: NodeId(id), kind, host: HostId(host) }
}

fn plain(data: u32, sentinels: u32) -> Vec<Seat> {
    let of = |range: std::ops::Range<u32>, kind| range.map(move |i| seat(i, kind, i));
    of(0..data, Kind::Redis).chain(of(data..data + sentinels, Kind::Sentinel)).collect()
}

fn assert_apart(seats: &[Seat], width: f64, height: f64) {
    let plan = plan(seats, (width, height), true, &BTreeMap::new());
    let places: Vec<_> = plan.places.values().collect();
    assert_eq!(places.len(), seats.len());
    for (i, a) in places.iter().enumerate() {
        assert!(a.x > 20.0 && a.x < width - 20.0, "{a:?} is off the stage");
        assert!(a.y > 20.0 && a.y < height - 20.0, "{a:?} is off the stage");
        for b in &places[i + 1..] {
            assert!(a.distance(**b) > 66.0 * plan.scale, "{a:?} and {b:?} overlap");
        }
    }
}

#[test]
fn cards_clear_the_switch_above_them_and_stay_on_a_low_stage() {
    let boxes: Vec<_> =
        (0..6).map(|i| seat(i, if i < 3 { Kind::Redis } else { Kind::Sentinel }, i % 3)).collect();
    for height in [220.0, 260.0, 300.0, 340.0, 420.0, 512.0] {
        let plan = plan(&boxes, (944.0, height), true, &BTreeMap::new());
        assert_eq!(plan.cards.len(), 3);
        for card in &plan.cards {
            assert!(card.corner.y >= CROWN - 1.0 || height < 240.0, "{height}: {card:?}");
            assert!(card.corner.y + card.height <= height + 4.0, "{height}: {card:?}");
        }
    }
}

#[test]
fn nodes_do_not_overlap_and_stay_on_the_stage() {
    for (data, sentinels) in [(1, 1), (3, 3), (2, 3), (4, 5), (6, 7)] {
        assert_apart(&plain(data, sentinels), 944.0, 512.0);
        assert_apart(&plain(data, sentinels), 700.0, 420.0);
    }
    assert_apart(&plain(3, 3), 390.0, 330.0);
}

#[test]
fn two_lines_of_words_below_a_ring_stay_on_the_stage() {
    // The stage of a window of 1440 x 900 and of a low one: the second line's foot lies 94 pixels below a node.
    for (width, height) in [(944.0, 470.0), (944.0, 440.0), (640.0, 400.0)] {
        let plan = plan(&plain(3, 3), (width, height), true, &BTreeMap::new());
        let low = plan.places.values().map(|p| p.y).fold(0.0, f64::max);
        assert!(low + 94.0 * plan.scale <= height, "{width} x {height}: {low}");
        // The ring and the mark of disagreement above the highest.
        let high = plan.places.values().map(|p| p.y).fold(f64::MAX, f64::min);
        assert!(high >= 56.0 * plan.scale, "{width} x {height}: {high}");
    }
}

#[test]
fn the_first_master_stands_in_the_middle_at_the_top() {
    for data in 1..6 {
        let plan = plan(&plain(data, 3), (944.0, 512.0), true, &BTreeMap::new());
        assert!((plan.places[&NodeId(0)].x - 472.0).abs() < 1.0, "with {data} servers");
    }
    let plan = plan(&plain(3, 3), (944.0, 512.0), true, &BTreeMap::new());
    let master = plan.places[&NodeId(0)];
    assert!(plan.places.values().all(|p| p.y >= master.y));
    assert!(plan.places[&NodeId(1)].x < master.x);
    assert!(plan.places[&NodeId(2)].x > master.x);
}

/// As wide as it is drawn: a button a sentinel beside "See as" and "Truth".
#[test]
fn the_ring_of_the_master_keeps_off_the_switch_beside_it() {
    for sentinels in [3, 5, 7] {
        let switch = 120.0 + 38.0 * f64::from(sentinels);
        for width in (440..1000).step_by(20).map(f64::from) {
            for height in [244.0, 290.0, 400.0, 512.0] {
                let plan = plan(&plain(3, sentinels), (width, height), true, &BTreeMap::new());
                let (at, ring) = (plan.places[&NodeId(0)], 55.0 * plan.scale);
                let is_clear = at.x - ring > switch + 8.0 || at.y - 26.0 * plan.scale >= CROWN - 6.0;
                assert!(is_clear, "{sentinels} sentinels, {width} x {height}: {at:?}, {ring}");
            }
        }
    }
}

#[test]
fn among_many_sentinels_the_master_stands_below_the_switch() {
    let plan = plan(&plain(3, 40), (944.0, 512.0), true, &BTreeMap::new());
    assert!(plan.places[&NodeId(0)].y > CROWN + 15.0);
}

#[test]
fn without_the_switch_a_low_stage_is_the_nodes() {
    let scale = |has_switch| plan(&plain(3, 3), (390.0, 165.0), has_switch, &BTreeMap::new()).scale;
    assert!(scale(false) > 1.3 * scale(true), "{} and {}", scale(false), scale(true));
    // What the low stage has aside is for their words.
    let plan = plan(&plain(3, 3), (944.0, 300.0), true, &BTreeMap::new());
    let beside = plan.places[&NodeId(2)].x - plan.places[&NodeId(0)].x;
    assert!(beside > 200.0 * plan.scale, "{beside}");
}

#[test]
fn sentinels_stand_from_left_to_right() {
    let plan = plan(&plain(3, 3), (944.0, 512.0), true, &BTreeMap::new());
    assert!(plan.places[&NodeId(3)].x < plan.places[&NodeId(4)].x);
    assert!(plan.places[&NodeId(4)].x < plan.places[&NodeId(5)].x);
}

#[test]
fn a_host_with_two_nodes_makes_hosts_into_cards() {
    let seats = [
        seat(0, Kind::Redis, 0),
        seat(1, Kind::Redis, 1),
        seat(2, Kind::Sentinel, 0),
        seat(3, Kind::Sentinel, 1),
        seat(4, Kind::Sentinel, 2),
    ];
    assert_apart(&seats, 944.0, 512.0);
    assert_apart(&seats, 390.0, 330.0);
    let plan = plan(&seats, (944.0, 512.0), true, &BTreeMap::new());
    assert_eq!(plan.cards.len(), 3);
    for card in &plan.cards {
        for seat in seats.iter().filter(|s| s.host == card.host) {
            let place = plan.places[&seat.id];
            assert!(place.x > card.corner.x && place.x < card.corner.x + card.width);
            assert!(place.y > card.corner.y && place.y < card.corner.y + card.height);
        }
    }
    for pair in plan.cards.windows(2) {
        assert!(pair[0].corner.x + pair[0].width < pair[1].corner.x, "cards overlap");
    }
}

#[test]
fn a_host_with_many_nodes_has_as_much_of_the_stage_as_they_need() {
    // Two masters and a sentinel on the first of seven hosts, then eight masters on one.
    let mut two = plain(5, 3);
    two[1].host = HostId(0);
    two[5].host = HostId(0);
    let mut eight = plain(8, 3);
    eight.iter_mut().take(8).for_each(|seat| seat.host = HostId(0));
    for seats in [two, eight] {
        for (width, height) in [(944.0, 460.0), (652.0, 291.0)] {
            assert_apart(&seats, width, height);
            let plan = plan(&seats, (width, height), true, &BTreeMap::new());
            let mut end = -1.0;
            for card in &plan.cards {
                assert!(card.corner.x > end, "{card:?} begins before {end}");
                end = card.corner.x + card.width;
            }
            assert!(end <= width, "{end} is off the stage of {width}");
        }
    }
}

#[test]
fn a_dragged_node_stays_where_it_was_put() {
    let moved = BTreeMap::from([(NodeId(1), Point::new(0.25, 0.5))]);
    let plan = plan(&plain(3, 3), (800.0, 400.0), true, &moved);
    assert_eq!(plan.places[&NodeId(1)], Point::new(200.0, 200.0));
}

#[test]
fn arrows_lead_from_node_to_node() {
    let plan = plan(&plain(3, 3), (944.0, 512.0), true, &BTreeMap::new());
    assert_eq!(plan.neighbour(NodeId(1), 0.0), Some(NodeId(0)));
    assert_eq!(plan.neighbour(NodeId(0), 0.0), Some(NodeId(2)));
    assert_eq!(plan.neighbour(NodeId(0), 90.0), Some(NodeId(4)));
    assert_eq!(plan.neighbour(NodeId(0), -90.0), None);
}

#[test]
fn no_line_leads_through_a_node() {
    for (data, sentinels) in [(3, 3), (3, 5), (5, 3)] {
        let seats = plain(data, sentinels);
        let plan = plan(&seats, (944.0, 452.0), true, &BTreeMap::new());
        for (a, b) in [(0, 1), (0, 2), (1, 2), (data, data + 1), (data, data + 2)] {
            let line = plan.line(NodeId(a), NodeId(b)).unwrap();
            for (id, place) in plan.places.iter().filter(|(id, _)| id.0 != a && id.0 != b) {
                let distance = (0..=20).map(|n| line.at(f64::from(n) / 20.0).distance(*place));
                let nearest = distance.fold(f64::MAX, f64::min);
                assert!(nearest > 30.0 * plan.scale, "{a}-{b} passes {id:?} at {nearest}");
            }
        }
    }
}

/// The stage at all sizes of window that the page is looked at in; the words are those of a master that died.
#[test]
fn a_line_of_replication_keeps_off_the_words_of_the_server_that_it_passes() {
    let sizes =
        [(868.0, 497.0), (794.0, 363.0), (772.0, 300.0), (596.0, 290.0), (520.0, 338.0), (390.0, 244.0)];
    for (servers, sentinels) in [(3, 3), (3, 5), (4, 3)] {
        for size in sizes {
            let plan = plan(&plain(servers, sentinels), size, true, &BTreeMap::new());
            let pairs = (0..servers).flat_map(|a| (a + 1..servers).map(move |b| (a, b)));
            for (a, b) in pairs {
                let line = plan.line(NodeId(a), NodeId(b)).unwrap();
                for other in (0..servers).filter(|id| *id != a && *id != b) {
                    let place = plan.places[&NodeId(other)];
                    let lies_on = (0..=40).map(|n| line.at(f64::from(n) / 40.0)).any(|at| {
                        let (x, y) = ((at.x - place.x) / plan.scale, (at.y - place.y) / plan.scale);
                        x.abs() < 44.0 && (34.0..98.0).contains(&y)
                    });
                    assert!(!lies_on, "{size:?}: {a}-{b} of {servers} lies on the words of {other}");
                }
            }
        }
    }
}

#[test]
fn a_place_belongs_to_the_node_that_covers_it() {
    let plan = plan(&plain(3, 3), (390.0, 288.0), true, &BTreeMap::new());
    let at = plan.places[&NodeId(0)];
    let beside = |share: f64| Point::new(at.x, at.y + Kind::Redis.reach() * plan.scale * share);
    assert_eq!(plan.node_at(beside(0.9)), Some(NodeId(0)));
    assert_eq!(plan.node_at(beside(1.1)), None);
}

#[test]
fn lines_between_sentinels_swing_outwards() {
    let plan = plan(&plain(3, 3), (944.0, 512.0), true, &BTreeMap::new());
    let (a, b) = (plan.places[&NodeId(3)], plan.places[&NodeId(4)]);
    let bow = bow(&plan, (Kind::Sentinel, a), (Kind::Sentinel, b));
    let middle = crate::view::geometry::Curve::bowed(a, b, bow).at(0.5);
    let straight = Point::new(a.x.midpoint(b.x), a.y.midpoint(b.y));
    assert!(middle.distance(plan.centre) > straight.distance(plan.centre));
}

#[test]
fn a_word_lies_on_an_address_only_right_below_its_node() {
    let plan = plan(&plain(3, 3), (944.0, 512.0), true, &BTreeMap::new());
    let at = plan.places[&NodeId(0)];
    let covers = |right: f64, down: f64, lower: f64| {
        plan.has_address_at(NodeId(0), Point::new(at.x + right, at.y + down), lower)
    };
    let address = Kind::Redis.address() * plan.scale;
    // The word's middle, 15 pixels above the packet, on that of the address, 3 above its foot.
    assert!(covers(0.0, address + 12.0, 0.0) && covers(60.0, address + 12.0, 0.0));
    assert!(!covers(90.0, address + 12.0, 0.0), "beside it");
    assert!(!covers(0.0, address + 40.0, 0.0), "on its way");
    // A ring around the node moves its address away.
    assert!(!covers(0.0, address + 12.0, 25.0) && covers(0.0, address + 37.0, 25.0));
    assert!(!plan.has_address_at(NodeId(9), at, 0.0), "who is not there has none");
}

#[test]
fn where_the_words_of_all_have_no_room_nobody_moves_for_them() {
    for (servers, sentinels) in [(12, 1), (30, 3), (3, 40)] {
        let seats = plain(servers, sentinels);
        let plan = plan(&seats, (600.0, 300.0), true, &BTreeMap::new());
        assert!(plan.is_crowd, "{servers}+{sentinels}");
        assert!(plan.places.values().all(|place| place.y < 300.0 - 26.0 * plan.scale));
    }
}

/// What is said of a master that died stands in two lines below it, and below each replica that its link is down.
#[test]
fn among_many_servers_the_words_of_one_lie_on_nobody_else() {
    let stages = [(390.0, 272.0), (390.0, 285.0), (600.0, 300.0), (868.0, 497.0), (772.0, 497.0)];
    for (servers, sentinels) in [(3, 3), (4, 3), (5, 3), (5, 5), (6, 3), (6, 7)] {
        for (width, height) in stages {
            let seats = plain(servers, sentinels);
            let plan = plan(&seats, (width, height), true, &BTreeMap::new());
            // On a phone there is room for eight, on a laptop for more.
            let has_room = servers + sentinels <= if width < 700.0 { 8 } else { 12 };
            assert!(!plan.is_crowd || !has_room, "{servers}+{sentinels} on {width} x {height}");
            if plan.is_crowd {
                continue;
            }
            let small = plan.scale < SMALL;
            // To each side, and from where to where below the middle, at full size.
            let words = |id: u32| match id {
                0 => Some((if small { 74.0 } else { 50.0 }, 40.0, 87.0)),
                _ if id < servers => Some((if small { 96.0 } else { 62.0 }, 40.0, 52.0)),
                _ => None,
            };
            let form = |id: u32| if id < servers { (32.0, -26.0, 26.0) } else { (34.0, -34.0, 34.0) };
            for (a, at) in &plan.places {
                let Some(mine) = words(a.0) else { continue };
                for (b, there) in plan.places.iter().filter(|(b, _)| *b != a) {
                    let (x, y) = ((at.x - there.x).abs() / plan.scale, (at.y - there.y) / plan.scale);
                    for its in [Some(form(b.0)), words(b.0)].into_iter().flatten() {
                        let lies_on = x < mine.0 + its.0 && y + mine.1 < its.2 && y + mine.2 > its.1;
                        assert!(!lies_on, "{servers}+{sentinels} on {width} x {height}: {a:?} on {b:?}");
                    }
                }
            }
        }
    }
}
