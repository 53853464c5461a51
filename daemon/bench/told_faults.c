/* What went wrong on the devices' cables since it was told last -> reports. */
#include "daemon/base/log.h"
#include "daemon/bench/inside.h"

static const struct transport_port *port_of(const struct device *device)
{
	return device->printer ? printer_port(device->printer) : scanner_port(device->scanner);
}

/* {word: how often}; empty when nothing did. */
static json_t *faults_new(const struct device *device, const struct transport_port *port)
{
	json_t *faults = json_object();

	for (unsigned i = 0; i < TRANSPORT_FAULTS; i++) {
		uint32_t more = port->faults[i] - device->faults_told[i];

		if (more > 0)
			json_object_set_new(faults, transport_fault_word((enum transport_fault)i),
				json_integer(more));
	}
	return faults;
}

void device_tell_faults(struct device *device)
{
	const struct transport_port *port = port_of(device);
	struct bench *bench = device->bench;

	if (!port || !link_is_open(bench->link))
		return; /* counted on; told later */
	json_t *faults = faults_new(device, port);

	if (json_object_size(faults) == 0) {
		json_decref(faults);
		return;
	}
	json_t *body = json_pack("{s:s, s:I, s:o}", "what", "device_faults", "device_id",
		(json_int_t)device->entry.device_id, "faults", faults);

	if (bench_report_give(bench, body, NULL))
		memcpy(device->faults_told, port->faults, sizeof(device->faults_told));
}
