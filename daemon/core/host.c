/* A file, a name, a hash. */
#include "daemon/core/host.h"

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "daemon/base/buf.h"
#include "daemon/base/str.h"

#define MACHINE_ID_LEN 32

static bool machine_id_read(const char *path, char out[MACHINE_ID_LEN + 1])
{
	char text[MACHINE_ID_LEN + 1] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	ssize_t got = read(fd, text, MACHINE_ID_LEN);

	close(fd);
	if (got != MACHINE_ID_LEN || strspn(text, "0123456789abcdef") != MACHINE_ID_LEN)
		return false;
	memcpy(out, text, sizeof(text));
	return true;
}

void host_id_make(const char *machine_id, const char *runtime_dir, char out[HOST_ID_LEN + 1])
{
	char id[MACHINE_ID_LEN + 1];
	char name[HOST_NAME_MAX + 1] = "";
	AUTO_BUF text = { 0 };

	if (!machine_id_read(machine_id, id)) {
		token_make(out);
		return;
	}
	(void)gethostname(name, sizeof(name) - 1); /* the machine id alone will do */
	buf_addf(&text, "specimend-host-1,%s,%s,%s", id, name, runtime_dir);
	token_hash(buf_str(&text), out);
}
