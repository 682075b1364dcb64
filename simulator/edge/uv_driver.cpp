#include "simulator/edge/uv_driver.hpp"

#include <sys/timerfd.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>

#include "simulator/edge/host.hpp"
#include "simulator/system/system.hpp"
#include "stack/base/assert.hpp"

namespace vmlab::sim {
namespace {

/// Events taken before the loop looks at its sockets again.
constexpr int kSlice = 2000;
/// Shorter waits are spent awake.
constexpr Duration kNearlyDue = microseconds{50};

}  // namespace

struct UvDriver::Impl {
    uv_loop_t loop{};
    uv_prepare_t prepare{};
    uv_idle_t awake{};
    uv_poll_t alarm{};
    std::array<uv_signal_t, 4> signals{};
    int alarm_fd = -1;
    bool handles_open = false;

    System* world = nullptr;
    DriverHooks hooks{};
    bool running = false, stopping = false, paused = false;
    int signal = 0;
    Instant world_began{};
    std::optional<Instant> wake_by{};
    std::int64_t host_began = 0, host_paused = 0;

    void open_handles();
    void close_handles();
    Instant present() const { return world_began + nanoseconds{host_nanoseconds() - host_began}; }
    bool take_due_events();
    void before_wait();
    void sleep_until_next();
    void set_alarm(Duration after);
    void signal_came(int number);
};

void UvDriver::Impl::open_handles() {
    alarm_fd = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    vm_assert(alarm_fd >= 0);
    uv_prepare_init(&loop, &prepare);
    prepare.data = this;
    uv_prepare_start(&prepare, [](uv_prepare_t* handle) { static_cast<Impl*>(handle->data)->before_wait(); });
    uv_idle_init(&loop, &awake);
    uv_poll_init(&loop, &alarm, alarm_fd);
    alarm.data = this;
    uv_poll_start(&alarm, UV_READABLE, [](uv_poll_t* handle, int, int) {
        std::uint64_t expirations = 0;
        (void)!::read(static_cast<Impl*>(handle->data)->alarm_fd, &expirations, sizeof expirations);
    });
    constexpr std::array numbers{SIGINT, SIGTERM, SIGHUP, SIGTSTP};
    for (std::size_t i = 0; i < signals.size(); ++i) {
        uv_signal_init(&loop, &signals[i]);
        signals[i].data = this;
        uv_signal_start(
            &signals[i],
            [](uv_signal_t* handle, int number) { static_cast<Impl*>(handle->data)->signal_came(number); },
            numbers[i]);
    }
    handles_open = true;
}

void UvDriver::Impl::close_handles() {
    if (!std::exchange(handles_open, false)) return;
    uv_close(reinterpret_cast<uv_handle_t*>(&prepare), nullptr);
    uv_close(reinterpret_cast<uv_handle_t*>(&awake), nullptr);
    uv_close(reinterpret_cast<uv_handle_t*>(&alarm), nullptr);
    for (auto& handle : signals) uv_close(reinterpret_cast<uv_handle_t*>(&handle), nullptr);
    uv_run(&loop, UV_RUN_NOWAIT);
    ::close(alarm_fd);
}

/// True when nothing that is due is left.
bool UvDriver::Impl::take_due_events() {
    if (!world || !running || paused) return true;
    const Instant until = present();
    for (int taken = 0; !world->idle() && world->next_time() <= until; ++taken) {
        if (taken == kSlice) return false;
        world->step();
    }
    world->run_until(until);
    return true;
}

void UvDriver::Impl::before_wait() {
    const bool drained = take_due_events();
    const bool again = hooks.before_wait && hooks.before_wait();
    if (stopping) {
        uv_stop(&loop);
    } else if (!drained || again) {
        uv_idle_start(&awake, [](uv_idle_t*) {});
    } else {
        sleep_until_next();
    }
}

void UvDriver::Impl::sleep_until_next() {
    const bool nothing = !world || paused || world->idle();
    Duration gap = nothing ? Duration::max() : world->next_time() - present();
    if (wake_by && world && running && !paused)
        gap = std::min(gap, std::max(*wake_by - present(), kNearlyDue));
    if (gap < kNearlyDue) {
        uv_idle_start(&awake, [](uv_idle_t*) {});
    } else {
        uv_idle_stop(&awake);
        set_alarm(gap == Duration::max() ? Duration{} : gap);
    }
}

/// `after` zero: no alarm.
void UvDriver::Impl::set_alarm(Duration after) {
    itimerspec when{};
    when.it_value.tv_sec = after.count() / 1'000'000'000;
    when.it_value.tv_nsec = after.count() % 1'000'000'000;
    ::timerfd_settime(alarm_fd, 0, &when, nullptr);
}

void UvDriver::Impl::signal_came(int number) {
    if (!stopping && hooks.signal && hooks.signal(number)) return;
    signal = number;
    stopping = true;
}

UvDriver::UvDriver() : impl_(std::make_unique<Impl>()) {
    std::signal(SIGPIPE, SIG_IGN);  // a client that went away is an error of its write
    uv_loop_init(&impl_->loop);
    impl_->open_handles();
}

UvDriver::~UvDriver() {
    impl_->close_handles();
    uv_run(&impl_->loop, UV_RUN_DEFAULT);
    vm_assert(uv_loop_close(&impl_->loop) == 0);
}

uv_loop_s* UvDriver::loop() { return &impl_->loop; }
void UvDriver::set_hooks(DriverHooks hooks) { impl_->hooks = std::move(hooks); }
void UvDriver::attach(System& world) { impl_->world = &world; }
void UvDriver::detach() { impl_->world = nullptr; }
bool UvDriver::stopping() const { return impl_->stopping; }

int UvDriver::run() {
    vm_assert(impl_->world && !impl_->running);
    impl_->world_began = impl_->world->now();
    impl_->host_began = host_nanoseconds();
    impl_->running = true;
    while (!impl_->stopping) uv_run(&impl_->loop, UV_RUN_DEFAULT);
    impl_->running = false;
    return impl_->signal;
}

void UvDriver::wake_by(std::optional<Instant> when) { impl_->wake_by = when; }

void UvDriver::stop() { impl_->stopping = true; }

void UvDriver::post(const Name8& machine, OutsideEvent event) {
    if (!impl_->world || impl_->stopping) return;
    impl_->take_due_events();
    impl_->world->enter(EventEntered{machine, std::move(event)});
}

void UvDriver::enter(Input what) {
    if (impl_->world) impl_->world->enter(std::move(what));
}

void UvDriver::pause() {
    if (std::exchange(impl_->paused, true)) return;
    impl_->host_paused = host_nanoseconds();
}

void UvDriver::resume() {
    if (!std::exchange(impl_->paused, false)) return;
    impl_->host_began += host_nanoseconds() - impl_->host_paused;
}

}  // namespace vmlab::sim
