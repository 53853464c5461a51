/* Unix SEQPACKET sockets. */
#include "daemon/link/socket.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/base/str.h"

#define SOCKET_BACKLOG 16

static bool address_make(const char *path, struct sockaddr_un *out, struct err *err)
{
	*out = (struct sockaddr_un) { .sun_family = AF_UNIX };
	if (!str_copy(out->sun_path, sizeof(out->sun_path), path))
		return err_set(err, ERR_INVALID, "socket path '%s' is longer than %zu bytes", path,
			sizeof(out->sun_path) - 1);
	return true;
}

static int socket_new(void)
{
	return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

bool socket_peer_is(int fd, uid_t peer_uid, struct err *err)
{
	struct ucred peer = { 0 };
	socklen_t len = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
		return err_set_errno(err, "credentials of the peer");
	if (peer.uid != peer_uid) {
		return err_set(err, ERR_FORBIDDEN, "peer runs as user %u, not %u",
			(unsigned)peer.uid, (unsigned)peer_uid);
	}
	return true;
}

static bool connect_fd(int fd, const char *path, struct err *err)
{
	struct sockaddr_un address;

	if (!address_make(path, &address, err))
		return false;
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		err_set_errno(err, "socket '%s'", path);
		if (err)
			err->code = ERR_DEVICE_OFFLINE;
		return false;
	}
	return true;
}

bool socket_connect(const char *path, uid_t peer_uid, int *out_fd, struct err *err)
{
	int fd = socket_new();

	if (fd < 0)
		return err_set_errno(err, "socket");
	if (!connect_fd(fd, path, err) || !socket_peer_is(fd, peer_uid, err)) {
		close(fd);
		return false;
	}
	*out_fd = fd;
	return true;
}

/* A daemon that was killed leaves its socket file behind: it goes, unless somebody answers there.
 */
static bool stale_remove(const char *path, struct err *err)
{
	struct stat what;

	if (lstat(path, &what) < 0)
		return errno == ENOENT || err_set_errno(err, "socket '%s'", path);
	if (!S_ISSOCK(what.st_mode))
		return err_set(err, ERR_CONFLICT, "'%s' is in the way and is no socket", path);
	int fd = socket_new();

	if (fd < 0)
		return err_set_errno(err, "socket");
	bool answered = connect_fd(fd, path, NULL);
	bool refused = !answered && errno == ECONNREFUSED;

	close(fd);
	if (!refused)
		return err_set(err, ERR_CONFLICT, "another process listens at '%s'", path);
	return unlink(path) == 0 || err_set_errno(err, "socket '%s'", path);
}

static bool listen_fd(int fd, const char *path, struct err *err)
{
	struct sockaddr_un address;

	if (!address_make(path, &address, err) || !stale_remove(path, err))
		return false;
	mode_t before = umask(0177); /* no moment in which others could connect */
	bool ok = bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0;

	umask(before);
	if (!ok || listen(fd, SOCKET_BACKLOG) < 0)
		return err_set_errno(err, "socket '%s'", path);
	return true;
}

bool socket_listen(const char *path, int *out_fd, struct err *err)
{
	int fd = socket_new();

	if (fd < 0)
		return err_set_errno(err, "socket");
	if (!listen_fd(fd, path, err)) {
		close(fd);
		return false;
	}
	*out_fd = fd;
	return true;
}
