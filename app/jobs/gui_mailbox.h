// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace tailspan::jobs {

/// Brings results from workers to the GUI thread. The payload waits here under a mutex; Qt carries only an empty
/// wake-up event. (Debian's Qt is not instrumented: a payload inside a queued call would make every
/// ThreadSanitizer run report a race that is none.) Thread: post() from any, everything else on the GUI thread.
/// Owner: whoever starts the work; it must outlive the workers that post.
class GuiMailbox final : public QObject {
public:
    GuiMailbox() = default;

    /// `open` runs on the GUI thread, after those posted before it.
    template <class Open>
    void post(Open open)
    {
        add(std::make_unique<Letter<Open>>(std::move(open)));
    }

protected:
    bool event(QEvent *event) override;

private:
    struct AnyLetter {
        virtual ~AnyLetter() = default;
        virtual void open() = 0;
    };
    template <class Open>
    struct Letter final : AnyLetter {
        explicit Letter(Open toOpen) : m_open(std::move(toOpen)) {}
        void open() override { m_open(); }
        Open m_open;
    };
    void add(std::unique_ptr<AnyLetter> letter);

    std::mutex m_mutex;
    std::vector<std::unique_ptr<AnyLetter>> m_letters;
};

} // namespace tailspan::jobs
