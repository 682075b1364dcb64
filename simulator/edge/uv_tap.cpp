#include "simulator/edge/uv_tap.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace vmlab::sim {
namespace {

/// Frames taken before the world has its turn.
constexpr int kAtOnce = 64;
constexpr std::size_t kLongestFrame = 65'536;

}  // namespace

struct UvTap::Impl {
    UvDriver& driver;
    Name8 machine;
    std::uint16_t interface;
    int fd = -1;
    uv_poll_t* poll = nullptr;  // frees itself when it has closed
    std::array<std::uint8_t, kLongestFrame> room{};

    void read_frames();
};

void UvTap::Impl::read_frames() {
    FramesArrived arrived{interface, 1, {}};
    for (int i = 0; i < kAtOnce; ++i) {
        const auto size = ::read(fd, room.data(), room.size());
        if (size <= 0) break;
        arrived.frames.push_back(Buffer::copy_of(std::span(room).first(std::size_t(size))));
    }
    if (!arrived.frames.empty()) driver.post(machine, std::move(arrived));
}

UvTap::UvTap(UvDriver& driver, Name8 machine, std::uint16_t interface)
    : impl_(std::make_unique<Impl>(Impl{driver, machine, interface})) {}

UvTap::~UvTap() { close(); }

std::string UvTap::open(const std::string& name) {
    ifreq request{};
    if (name.empty() || name.size() >= sizeof request.ifr_name)
        return fmt::format("'{}' is no name of an interface: 1 to {} characters", name,
                           sizeof request.ifr_name - 1);
    const auto refused = [&](std::string_view what) {
        const std::string reason = std::strerror(errno);
        if (impl_->fd >= 0) ::close(std::exchange(impl_->fd, -1));
        return fmt::format(
            "{} {}: {}\nmaking a TAP interface needs rights (CAP_NET_ADMIN): run vmlab as root, or inside "
            "'unshare "
            "-Urn', or have root make one for you: ip tuntap add dev {} mode tap user $USER",
            what, name, reason, name);
    };
    impl_->fd = ::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (impl_->fd < 0) return refused("cannot open /dev/net/tun for");
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    std::ranges::copy(name, request.ifr_name);
    if (::ioctl(impl_->fd, TUNSETIFF, &request) < 0) return refused("cannot use TAP interface");
    impl_->poll = new uv_poll_t;
    uv_poll_init(impl_->driver.loop(), impl_->poll, impl_->fd);
    impl_->poll->data = impl_.get();
    uv_poll_start(impl_->poll, UV_READABLE,
                  [](uv_poll_t* handle, int, int) { static_cast<Impl*>(handle->data)->read_frames(); });
    return {};
}

void UvTap::send(const Buffer& frame) {
    if (impl_->fd >= 0) (void)!::write(impl_->fd, frame.data(), frame.size());
}

void UvTap::close() {
    if (auto* const poll = std::exchange(impl_->poll, nullptr)) {
        uv_poll_stop(poll);
        uv_close(reinterpret_cast<uv_handle_t*>(poll),
                 [](uv_handle_t* handle) { delete reinterpret_cast<uv_poll_t*>(handle); });
    }
    if (impl_->fd >= 0) ::close(std::exchange(impl_->fd, -1));
}

}  // namespace vmlab::sim
