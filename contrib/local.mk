EXTRA_DIST += contrib/STYLE.md
EXTRA_DIST += contrib/send-order \
	contrib/samples/README.md \
	contrib/samples/birth-date.hl7 \
	contrib/samples/cancel.hl7 \
	contrib/samples/malformed.hl7 \
	contrib/samples/order.hl7 \
	contrib/samples/unmapped.hl7 \
	contrib/samples/urine.hl7
