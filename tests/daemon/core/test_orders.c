/* daemon/core/orders: an order that comes over MLLP, as far as the database. */
#include "daemon/core/orders.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/daemon/core/roles_rig.h"

/* A port that was free a moment ago. */
static unsigned port_free(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	check_int(bind(fd, (struct sockaddr *)(void *)&at, sizeof(at)), 0);
	check_int(getsockname(fd, (struct sockaddr *)(void *)&at, &len), 0);
	close(fd);
	return ntohs(at.sin_port);
}

static void test_order_over_mllp_is_stored_and_the_pages_are_told(void)
{
	static const char order[] =
		"\vMSH|^~\\&|EHR|CLINIC|SPECIMEND|LAB|20260102030405||ORM^O01|M1|P|2.3\r"
		"PID|1||123^^^CLINIC^MR||DOE^JANE||19800101|F\r"
		"ORC|NW|P1\rOBR|1|P1||CBC^Complete blood count\r\x1c\r";
	struct client peer = { 0 };

	begin();
	rig_core_stop(rig);
	rig->config.mllp_port = port_free();
	rig_core_start(rig);
	check(RIG_WAIT(rig, sql_is("select count(*) from fake.token where kind = 'mllp'", "1")));
	rig_run_ms(rig, 50);
	struct sockaddr_in at = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((uint16_t)rig->config.mllp_port),
	};

	peer.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	check_int(connect(peer.fd, (struct sockaddr *)(void *)&at, sizeof(at)), 0);
	client_send(&peer, bytes_of_str(order));
	check(RIG_WAIT(rig, (client_poll(&peer), strstr(buf_str(&peer.in), "MSA|AA|M1"))));
	check(sql_is(
		"select count(*) from fake.call where fn = 'order_message' and args ? 'parsed'",
		"1"));
	client_done(&peer);
	end();
}

int main(int argc, char **argv)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_order_over_mllp_is_stored_and_the_pages_are_told),
	};

	(void)argc;
	rig_begin(argv);
	return check_run("core/orders", tests, ARRAY_LEN(tests));
}
