# The page: files served as they are, no build step. They install to $(pkgdatadir)/web, the default of
# `web_dir`; one list for each folder, since an installed file must not keep the name daemon/web/.
webdir = $(pkgdatadir)/web
dist_web_DATA = \
	daemon/web/app.css \
	daemon/web/custody.css \
	daemon/web/icon.svg \
	daemon/web/index.html

webjsdir = $(webdir)/js
dist_webjs_DATA = \
	daemon/web/js/about.js \
	daemon/web/js/aim.js \
	daemon/web/js/api.js \
	daemon/web/js/app.js \
	daemon/web/js/camera.js \
	daemon/web/js/decoder.js \
	daemon/web/js/decoder_read.js \
	daemon/web/js/decoder_worker.js \
	daemon/web/js/diff.js \
	daemon/web/js/dom.js \
	daemon/web/js/events.js \
	daemon/web/js/id.js \
	daemon/web/js/keeping.js \
	daemon/web/js/keys.js \
	daemon/web/js/licence.js \
	daemon/web/js/numbers.js \
	daemon/web/js/reader.js \
	daemon/web/js/reading.js \
	daemon/web/js/scanning.js \
	daemon/web/js/screens.js \
	daemon/web/js/settings.js \
	daemon/web/js/tone.js \
	daemon/web/js/typing.js \
	daemon/web/js/words.js \
	daemon/web/js/words_analyzer.js \
	daemon/web/js/words_camera.js \
	daemon/web/js/words_custody.js \
	daemon/web/js/words_downtime.js \
	daemon/web/js/words_stock.js \
	daemon/web/js/words_printer.js \
	daemon/web/js/words_enrol.js \
	daemon/web/js/words_kept.js \
	daemon/web/js/words_page.js \
	daemon/web/js/words_pass.js \
	daemon/web/js/words_policy.js \
	daemon/web/js/words_rules.js \
	daemon/web/js/words_template.js

webviewsdir = $(webjsdir)/views
dist_webviews_DATA = \
	daemon/web/js/views/analyzers-set.js \
	daemon/web/js/views/bag-pack.js \
	daemon/web/js/views/clinic-still.js \
	daemon/web/js/views/collections-due.js \
	daemon/web/js/views/delivery-close.js \
	daemon/web/js/views/delivery-receive.js \
	daemon/web/js/views/devices-virtual.js \
	daemon/web/js/views/downtime-enter.js \
	daemon/web/js/views/ledger-read.js \
	daemon/web/js/views/operator-sign-in.js \
	daemon/web/js/views/order-new.js \
	daemon/web/js/views/page-allow.js \
	daemon/web/js/views/pass-set.js \
	daemon/web/js/views/pickup-make.js \
	daemon/web/js/views/printer-health.js \
	daemon/web/js/views/question-settle.js \
	daemon/web/js/views/policies.js \
	daemon/web/js/views/rules-set.js \
	daemon/web/js/views/scanner-enrol.js \
	daemon/web/js/views/specimen-find.js \
	daemon/web/js/views/specimen-timeline.js \
	daemon/web/js/views/station-bind.js \
	daemon/web/js/views/stock-print.js \
	daemon/web/js/views/template-edit.js \
	daemon/web/js/views/visit-collect.js

webwidgetsdir = $(webjsdir)/widgets
dist_webwidgets_DATA = \
	daemon/web/js/widgets/alarm.js \
	daemon/web/js/widgets/ask.js \
	daemon/web/js/widgets/asked.js \
	daemon/web/js/widgets/bag.js \
	daemon/web/js/widgets/bag_release.js \
	daemon/web/js/widgets/bag_remark.js \
	daemon/web/js/widgets/bands.js \
	daemon/web/js/widgets/camera.js \
	daemon/web/js/widgets/drawn_at.js \
	daemon/web/js/widgets/due_more.js \
	daemon/web/js/widgets/head.js \
	daemon/web/js/widgets/identify.js \
	daemon/web/js/widgets/jar.js \
	daemon/web/js/widgets/kept.js \
	daemon/web/js/widgets/lab_reject.js \
	daemon/web/js/widgets/lab_tabs.js \
	daemon/web/js/widgets/lab_tube.js \
	daemon/web/js/widgets/mend.js \
	daemon/web/js/widgets/nine.js \
	daemon/web/js/widgets/pad.js \
	daemon/web/js/widgets/policy_field.js \
	daemon/web/js/widgets/second.js \
	daemon/web/js/widgets/paper.js \
	daemon/web/js/widgets/picture.js \
	daemon/web/js/widgets/reasons.js \
	daemon/web/js/widgets/setup.js \
	daemon/web/js/widgets/sound.js \
	daemon/web/js/widgets/template_review.js \
	daemon/web/js/widgets/tile.js \
	daemon/web/js/widgets/trouble.js \
	daemon/web/js/widgets/tube.js \
	daemon/web/js/widgets/tube_link.js \
	daemon/web/js/widgets/tube_row.js \
	daemon/web/js/widgets/unusual.js \
	daemon/web/js/widgets/verdict.js

# The camera's decoder, as its makers gave it (vendor/zxing-wasm/README.md).
webzxingdir = $(webdir)/vendor/zxing-wasm
dist_webzxing_DATA = \
	daemon/web/vendor/zxing-wasm/LICENSE \
	daemon/web/vendor/zxing-wasm/LICENSE-zxing-cpp \
	daemon/web/vendor/zxing-wasm/README.md \
	daemon/web/vendor/zxing-wasm/share.js

webzxingreaderdir = $(webzxingdir)/reader
dist_webzxingreader_DATA = \
	daemon/web/vendor/zxing-wasm/reader/index.js \
	daemon/web/vendor/zxing-wasm/reader/zxing_reader.wasm

# daemon/package.json tells Node 18 (Debian 12) that the modules are modules; the page does not need it.
# Run by hand or by contrib/check: cd tests/web && npm ci && npm test (the browser's scenarios want Chromium).
EXTRA_DIST += \
	daemon/package.json \
	tests/web/analyzer.test.js \
	tests/web/bind.test.js \
	tests/web/group.test.js \
	tests/web/browser.js \
	tests/web/camera.js \
	tests/web/camera.test.js \
	tests/web/chair.js \
	tests/web/courier.test.js \
	tests/web/custody.test.js \
	tests/web/diff.test.js \
	tests/web/downtime.test.js \
	tests/web/enrol.test.js \
	tests/web/id.test.js \
	tests/web/keeping.test.js \
	tests/web/kept.test.js \
	tests/web/keys.test.js \
	tests/web/lab.test.js \
	tests/web/licence.test.js \
	tests/web/ma.test.js \
	tests/web/mock.js \
	tests/web/mock_analyzer.js \
	tests/web/mock_clinic.js \
	tests/web/mock_courier.js \
	tests/web/mock_custody.js \
	tests/web/mock_data.js \
	tests/web/mock_downtime.js \
	tests/web/mock_enrol.js \
	tests/web/mock_kept.js \
	tests/web/mock_lab.js \
	tests/web/mock_page.js \
	tests/web/mock_pass.js \
	tests/web/mock_printer.js \
	tests/web/mock_policy.js \
	tests/web/mock_rules.js \
	tests/web/mock_stock.js \
	tests/web/mock_template.js \
	tests/web/mock_world.js \
	tests/web/names.test.js \
	tests/web/unusual.test.js \
	tests/web/node/package-lock.json \
	tests/web/node/package.json \
	tests/web/numbers.test.js \
	tests/web/pack.test.js \
	tests/web/package-lock.json \
	tests/web/package.json \
	tests/web/page.test.js \
	tests/web/page_list.test.js \
	tests/web/page_back.test.js \
	tests/web/page_colour.test.js \
	tests/web/page_printer.test.js \
	tests/web/page_typing.test.js \
	tests/web/page_visit.test.js \
	tests/web/paper.test.js \
	tests/web/pass.test.js \
	tests/web/phone.test.js \
	tests/web/printer.test.js \
	tests/web/reader.test.js \
	tests/web/reading.test.js \
	tests/web/policies.test.js \
	tests/web/rules.test.js \
	tests/web/run \
	tests/web/scenario.js \
	tests/web/stop.test.js \
	tests/web/template.test.js \
	tests/web/trouble.test.js \
	tests/web/words.test.js \
	tests/web/world.js
