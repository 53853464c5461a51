/* Two files, a name, a hash. */
#include "daemon/core/host.h"

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "daemon/base/buf.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"

#define MACHINE_ID_LEN 32
#define BOOT_ID_LEN 36

/* False unless the file begins with so many characters of which all are in `of`. */
static bool id_read(const char *path, size_t len, const char *of, char *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	ssize_t got = read(fd, out, len);

	close(fd);
	out[got > 0 ? got : 0] = 0;
	return got == (ssize_t)len && strspn(out, of) == len;
}

void host_id_make(const char *machine_id, const char *boot_id, const char *runtime_dir,
	char out[HOST_ID_LEN + 1])
{
	char machine[MACHINE_ID_LEN + 1];
	char boot[BOOT_ID_LEN + 1];
	char name[HOST_NAME_MAX + 1] = "";
	AUTO_BUF text = { 0 };

	if (!id_read(machine_id, MACHINE_ID_LEN, "0123456789abcdef", machine) ||
		!id_read(boot_id, BOOT_ID_LEN, "0123456789abcdef-", boot)) {
		log_warning("neither %s nor %s may be unreadable: labels under way at the next "
			    "start will be held for another host's",
			machine_id, boot_id);
		token_make(out);
		return;
	}
	(void)gethostname(name, sizeof(name) - 1); /* the two will do */
	buf_addf(&text, "specimend-host-2,%s,%s,%s,%s", machine, boot, name, runtime_dir);
	token_hash(buf_str(&text), out);
}
