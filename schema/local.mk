# Applied by `specimend init`: the numbered files once, the rest on every init (README.md here).
EXTRA_DIST += schema/README.md
nobase_dist_pkgdata_DATA += \
	schema/0010_clinic.sql \
	schema/0011_page.sql \
	schema/0043_page.sql \
	schema/clinic/page.sql \
	schema/clinic/words_page.sql \
	schema/api/page.sql \
	schema/clinic/operators.sql \
	schema/0014_order.sql \
	schema/0015_foreign_id.sql \
	schema/clinic/order_change.sql \
	schema/clinic/order_entry.sql \
	schema/clinic/order_lists.sql \
	schema/clinic/order_match.sql \
	schema/clinic/orders.sql \
	schema/clinic/people.sql \
	schema/0053_policy.sql \
	schema/clinic/policy.sql \
	schema/clinic/policy_set.sql \
	schema/clinic/words_policy.sql \
	schema/api/policy.sql \
	schema/clinic/words.sql \
	schema/api/orders.sql \
	schema/api/people.sql \
	schema/practice/clinic.sql
nobase_dist_pkgdata_DATA += \
	schema/0001_custody.sql \
	schema/custody/10_node.sql \
	schema/custody/15_id.sql \
	schema/custody/20_kind.sql \
	schema/custody/25_state.sql \
	schema/custody/30_event.sql \
	schema/custody/40_request.sql \
	schema/custody/50_seal.sql \
	schema/custody/60_peer.sql \
	schema/api/custody.sql \
	schema/roles.sql
nobase_dist_pkgdata_DATA += \
	schema/0012_visit.sql \
	schema/0022_plug.sql \
	schema/0026_printer_hold.sql \
	schema/clinic/cup.sql \
	schema/clinic/fill.sql \
	schema/clinic/label.sql \
	schema/clinic/label_change.sql \
	schema/clinic/label_print.sql \
	schema/0040_stock.sql \
	schema/0046_jar.sql \
	schema/0047_print_apart.sql \
	schema/0048_reply.sql \
	schema/0054_print_host.sql \
	schema/0050_page_kept.sql \
	schema/clinic/jar.sql \
	schema/clinic/label_template.sql \
	schema/clinic/print.sql \
	schema/clinic/print_order.sql \
	schema/0038_print_order.sql \
	schema/clinic/printer_hold.sql \
	schema/clinic/scan.sql \
	schema/0029_text.sql \
	schema/clinic/setback.sql \
	schema/clinic/spelling.sql \
	schema/clinic/print_apart.sql \
	schema/0034_codes.sql \
	schema/0052_two_in_view.sql \
	schema/0058_held_up.sql \
	schema/0059_gone.sql \
	schema/0063_device_listed.sql \
	schema/clinic/scan_accept.sql \
	schema/clinic/scan_label.sql \
	schema/clinic/stand_by.sql \
	schema/clinic/unusual.sql \
	schema/clinic/visit.sql \
	schema/clinic/visit_answer.sql \
	schema/clinic/visit_close.sql \
	schema/clinic/visit_end.sql \
	schema/clinic/visit_hold.sql \
	schema/clinic/visit_open.sql \
	schema/clinic/visit_view.sql \
	schema/clinic/words_visit.sql \
	schema/api/print.sql \
	schema/api/scan.sql \
	schema/api/timeline.sql \
	schema/api/visit.sql
nobase_dist_pkgdata_DATA += \
	schema/0016_bag.sql \
	schema/0017_custody.sql \
	schema/0019_bag_lists.sql \
	schema/0020_bag_history.sql \
	schema/api/bag.sql \
	schema/clinic/bag.sql \
	schema/clinic/bag_hold.sql \
	schema/clinic/bag_view.sql \
	schema/clinic/courier.sql \
	schema/clinic/hand_over.sql \
	schema/clinic/pack.sql \
	schema/clinic/pack_close.sql \
	schema/clinic/pack_place.sql \
	schema/clinic/pack_scan.sql \
	schema/clinic/pickup.sql \
	schema/clinic/words_bag.sql
nobase_dist_pkgdata_DATA += \
	schema/0013_device.sql \
	schema/0031_printer_test.sql \
	schema/0033_scanner.sql \
	schema/0055_ack.sql \
	schema/0056_line.sql \
	schema/0066_maker.sql \
	schema/0057_two_settled.sql \
	schema/0037_enrol.sql \
	schema/0039_wrong_stock.sql \
	schema/0045_seen.sql \
	schema/0049_device_fault.sql \
	schema/clinic/device_fault.sql \
	schema/clinic/enrol.sql \
	schema/clinic/words_enrol.sql \
	schema/0044_pass.sql \
	schema/clinic/pass.sql \
	schema/clinic/words_pass.sql \
	schema/api/pass.sql \
	schema/clinic/scan_rules.sql \
	schema/clinic/words_rules.sql \
	schema/api/rules.sql \
	schema/api/enrol.sql \
	schema/clinic/scanner.sql \
	schema/api/printer.sql \
	schema/clinic/printer_health.sql \
	schema/clinic/scanner_health.sql \
	schema/clinic/words_printer.sql \
	schema/0024_device_talks.sql \
	schema/clinic/device.sql \
	schema/api/device.sql
nobase_dist_pkgdata_DATA += \
	schema/clinic/lab.sql \
	schema/0018_lab.sql \
	schema/0021_ledger.sql \
	schema/0023_lab_hold.sql \
	schema/clinic/lab_act.sql \
	schema/0042_two_tubes.sql \
	schema/clinic/two_tubes.sql \
	schema/clinic/lab_reject.sql \
	schema/clinic/lab_tube.sql \
	schema/clinic/lab_view.sql \
	schema/clinic/ledger.sql \
	schema/clinic/words_lab.sql \
	schema/api/lab.sql
nobase_dist_pkgdata_DATA += \
	schema/0025_template.sql \
	schema/0032_limits.sql \
	schema/0035_label_names.sql \
	schema/0041_unusual.sql \
	schema/api/analyzer.sql \
	schema/clinic/analyzer.sql \
	schema/0027_template_second.sql \
	schema/api/template.sql \
	schema/clinic/golden.sql \
	schema/clinic/template.sql \
	schema/clinic/words_template.sql
nobase_dist_pkgdata_DATA += \
	schema/0030_paper.sql \
	schema/api/paper.sql \
	schema/clinic/downtime.sql \
	schema/clinic/paper.sql \
	schema/clinic/stock.sql \
	schema/clinic/words_paper.sql
