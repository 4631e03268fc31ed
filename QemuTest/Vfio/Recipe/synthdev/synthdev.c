// SPDX-License-Identifier: GPL-2.0-only
/*
 * synthdev: a migratable VFIO PCI device (mdev) that consists of migration state only.
 *
 * The state is a buffer of a chosen size, filled from a seed. It is sent with its checksum, and refused if it arrives changed.
 * The device can be as slow as hardware, and can be made to fail. README.md lists the knobs, which are files in
 * <mdev>/synthdev/.
 *
 * Locks: 'lock' of a device guards its migration state and its knobs; 'lock' of a stream guards its position. The lock of a
 * stream is taken inside that of a device, never the other way round: reading and writing state blocks other readers and
 * writers of the state only.
 */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/hrtimer.h>
#include <linux/mdev.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>
#include <linux/xxhash.h>

#define MAX_SIZE	(4LL << 30)
#define MAX_DEVICES	128
#define CONFIG_SIZE	256
#define REGION_SHIFT	40
#define HISTORY		64
#define NEVER		(-1)

/* A stream is one or two records: in pre-copy the initial data, without meaning, then the final state. */
enum record_kind { INITIAL = 1, FINAL = 2 };

struct record {
	__le32 magic;
	__le32 kind;
	__le64 length;		/* of the data after the header */
	__le64 checksum;	/* of the final state */
	__le64 seed;
};
#define RECORD_MAGIC	0x56445953	/* "SYDV" */

struct synthdev;

struct stream {
	struct file *file;
	struct synthdev *dev;
	struct mutex lock;
	bool closed;		/* the device has left the states that have a stream */
	struct record record;
	u64 in_record;		/* position, header included */
	bool complete;		/* the final record has ended */
	struct xxh64_state sum;	/* of the received part of the final state */
	ktime_t began;		/* to hold the bandwidth */
};

struct synthdev {
	struct vfio_device vdev;
	struct mutex lock;
	enum vfio_device_mig_state state;
	struct stream *saving, *resuming;
	bool opened;
	u8 *content;
	u64 checksum;		/* of content, when it was filled or loaded */
	u8 config[CONFIG_SIZE];
	wait_queue_head_t changed;	/* a knob, or a stream closed */

	/* Knobs, all s64. The first four change only while no QEMU uses the device. */
	s64 size, seed, p2p, pre_copy;
	s64 initial_bytes, stop_us, save_us, load_us, bandwidth;
	s64 fail_save_at, fail_load_at, stall_save_at, stall_load_at, flip_at, truncate_at;
	s64 refuse_load, fail_states;

	spinlock_t history_lock;
	unsigned int events;
	struct { u64 at; const char *what; } history[HISTORY];
};

static const char *const state_names[] = {
	"ERROR", "STOP", "RUNNING", "STOP_COPY", "RESUMING", "RUNNING_P2P", "PRE_COPY", "PRE_COPY_P2P",
};

/* The wall clock, as in QEMU's traces. */
static void note(struct synthdev *dev, const char *what)
{
	spin_lock(&dev->history_lock);
	dev->history[dev->events % HISTORY].at = ktime_get_real_ns();
	dev->history[dev->events % HISTORY].what = what;
	dev->events++;
	spin_unlock(&dev->history_lock);
}

static int nap_until(ktime_t time)
{
	while (ktime_before(ktime_get(), time)) {
		set_current_state(TASK_KILLABLE);
		schedule_hrtimeout(&time, HRTIMER_MODE_ABS);
		if (fatal_signal_pending(current))
			return -EINTR;
	}
	return 0;
}

static int nap(s64 microseconds)
{
	return microseconds > 0 ? nap_until(ktime_add_us(ktime_get(), microseconds)) : 0;
}

/* ---- content ---- */

static int fill(struct synthdev *dev, u64 size, u64 seed)
{
	u64 word = seed, i;
	u8 *content = dev->content;

	if (!content || size != dev->size) {
		content = vzalloc(round_up(size, 8));
		if (!content)
			return -ENOMEM;
		vfree(dev->content);
		dev->content = content;
	}
	for (i = 0; i < DIV_ROUND_UP(size, 8); i++) {
		word = word * 6364136223846793005ULL + 1442695040888963407ULL;
		((__le64 *)content)[i] = cpu_to_le64(word);
		if (!(i & 0xffff))
			cond_resched();
	}
	dev->size = size;
	dev->seed = seed;
	dev->checksum = xxh64(content, size, 0);
	return 0;
}

/* ---- streams ---- */

static bool in_pre_copy(struct synthdev *dev)
{
	enum vfio_device_mig_state state = READ_ONCE(dev->state);

	return state == VFIO_DEVICE_STATE_PRE_COPY || state == VFIO_DEVICE_STATE_PRE_COPY_P2P;
}

static enum record_kind kind(struct stream *s)
{
	return le32_to_cpu(s->record.kind);
}

static u64 record_end(struct stream *s)
{
	return sizeof(s->record) + le64_to_cpu(s->record.length);
}

/* Whether the record has reached position 'at' of the final state. */
static bool due(struct stream *s, s64 at)
{
	return kind(s) == FINAL && at >= 0 && s->in_record == sizeof(s->record) + at;
}

/* How many bytes may pass in one go: not beyond the header, the record, or the position of a knob. */
static size_t step(struct stream *s, size_t wanted, const s64 *at, int count)
{
	u64 end = s->in_record < sizeof(s->record) ? sizeof(s->record) : record_end(s);
	int i;

	for (i = 0; i < count && kind(s) == FINAL && s->in_record >= sizeof(s->record); i++) {
		u64 stop = sizeof(s->record) + at[i];

		if (at[i] >= 0 && stop > s->in_record && stop < end)
			end = stop;
	}
	return min_t(u64, wanted, end - s->in_record);
}

/* Waits while *knob is the position of the stream: until the knob is changed or the stream is closed. */
static int stall(struct stream *s, s64 *knob)
{
	int ret;

	if (!due(s, READ_ONCE(*knob)))
		return 0;
	note(s->dev, "stalled");
	ret = wait_event_killable(s->dev->changed, !due(s, READ_ONCE(*knob)) || READ_ONCE(s->closed));
	return ret ? ret : s->closed ? -ENODEV : 0;
}

/* The latency before the first byte of the final state. */
static int begin_body(struct stream *s, s64 latency, const char *what)
{
	int ret;

	if (!due(s, 0))
		return 0;
	note(s->dev, what);
	ret = nap(latency);
	s->began = ktime_get();
	return ret;
}

static int keep_bandwidth(struct stream *s)
{
	s64 bandwidth = READ_ONCE(s->dev->bandwidth);
	u64 ns;

	if (kind(s) != FINAL || bandwidth <= 0 || s->in_record <= sizeof(s->record))
		return 0;
	ns = mul_u64_u64_div_u64(s->in_record - sizeof(s->record), NSEC_PER_SEC, bandwidth);
	return nap_until(ktime_add_ns(s->began, ns));
}

static void next_record(struct stream *s, enum record_kind kind)
{
	struct synthdev *dev = s->dev;

	s->in_record = 0;
	s->record.magic = cpu_to_le32(RECORD_MAGIC);
	s->record.kind = cpu_to_le32(kind);
	s->record.length = cpu_to_le64(kind == INITIAL ? dev->initial_bytes : dev->size);
	s->record.checksum = cpu_to_le64(dev->checksum);
	s->record.seed = cpu_to_le64(dev->seed);
}

/* Starts the next record if the last one has ended. False if there is nothing to read (yet, or any more). */
static bool something_to_save(struct stream *s)
{
	if (s->complete)
		return false;
	if (s->in_record == record_end(s)) {
		if (in_pre_copy(s->dev))
			return false;
		next_record(s, FINAL);
	}
	return true;
}

static ssize_t save_some(struct stream *s, char __user *to, size_t wanted)
{
	struct synthdev *dev = s->dev;
	const s64 at[] = { dev->fail_save_at, dev->stall_save_at, dev->flip_at, dev->flip_at + 1, dev->truncate_at };
	u64 offset = s->in_record - sizeof(s->record);
	size_t n;
	int ret;

	if (s->in_record < sizeof(s->record)) {
		n = step(s, wanted, NULL, 0);
		if (copy_to_user(to, (u8 *)&s->record + s->in_record, n))
			return -EFAULT;
		s->in_record += n;
		return n;
	}
	ret = begin_body(s, dev->save_us, "saving");
	if (!ret)
		ret = stall(s, &dev->stall_save_at);
	if (ret)
		return ret;
	if (due(s, dev->fail_save_at))
		return -EIO;
	if (due(s, dev->truncate_at))
		return 0;
	n = step(s, wanted, at, ARRAY_SIZE(at));
	if (kind(s) == INITIAL) {
		if (clear_user(to, n))
			return -EFAULT;
	} else if (due(s, dev->flip_at)) {
		u8 flipped = ~dev->content[offset];

		if (put_user(flipped, (u8 __user *)to))
			return -EFAULT;
	} else if (copy_to_user(to, dev->content + offset, n)) {
		return -EFAULT;
	}
	s->in_record += n;
	return n;
}

static ssize_t save_read(struct file *file, char __user *to, size_t wanted, loff_t *pos)
{
	struct stream *s = file->private_data;
	size_t done = 0;
	ssize_t n = 0;

	if (pos)
		return -ESPIPE;
	mutex_lock(&s->lock);
	if (s->closed) {
		mutex_unlock(&s->lock);
		return -ENODEV;
	}
	while (done < wanted && something_to_save(s)) {
		n = save_some(s, to + done, wanted - done);
		if (n <= 0)
			break;
		done += n;
		n = keep_bandwidth(s);
		if (n)
			break;
		if (kind(s) == FINAL && s->in_record == record_end(s)) {
			s->complete = true;
			note(s->dev, "saved");
		}
	}
	if (!done && !n && in_pre_copy(s->dev))
		n = -ENOMSG;	/* nothing more before STOP_COPY */
	mutex_unlock(&s->lock);
	return done ? done : n;
}

static long save_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct stream *s = file->private_data;
	struct vfio_precopy_info info = {};
	const size_t size = offsetofend(struct vfio_precopy_info, dirty_bytes);
	long ret = 0;

	if (cmd != VFIO_MIG_GET_PRECOPY_INFO)
		return -ENOTTY;
	if (copy_from_user(&info, (void __user *)arg, size))
		return -EFAULT;
	if (info.argsz < size)
		return -EINVAL;
	mutex_lock(&s->lock);
	if (s->closed)
		ret = -ENODEV;
	else if (!in_pre_copy(s->dev))
		ret = -EINVAL;
	info.initial_bytes = kind(s) == INITIAL ? record_end(s) - s->in_record : 0;
	info.dirty_bytes = 0;
	mutex_unlock(&s->lock);
	if (!ret && copy_to_user((void __user *)arg, &info, size))
		ret = -EFAULT;
	return ret;
}

static int check_header(struct stream *s)
{
	struct synthdev *dev = s->dev;

	if (le32_to_cpu(s->record.magic) != RECORD_MAGIC)
		return -EINVAL;
	if (kind(s) == INITIAL)
		return 0;
	if (kind(s) != FINAL || le64_to_cpu(s->record.length) != dev->size)
		return -EINVAL;
	xxh64_reset(&s->sum, 0);
	return 0;
}

static ssize_t load_some(struct stream *s, const char __user *from, size_t wanted)
{
	struct synthdev *dev = s->dev;
	const s64 at[] = { dev->fail_load_at, dev->stall_load_at };
	u64 offset = s->in_record - sizeof(s->record);
	size_t n;
	int ret;

	if (s->in_record < sizeof(s->record)) {
		n = step(s, wanted, NULL, 0);
		if (copy_from_user((u8 *)&s->record + s->in_record, from, n))
			return -EFAULT;
		s->in_record += n;
		ret = s->in_record == sizeof(s->record) ? check_header(s) : 0;
		return ret ? ret : n;
	}
	ret = begin_body(s, dev->load_us, "loading");
	if (!ret)
		ret = stall(s, &dev->stall_load_at);
	if (ret)
		return ret;
	if (due(s, dev->fail_load_at))
		return -EIO;
	n = step(s, wanted, at, ARRAY_SIZE(at));
	if (kind(s) == FINAL) {
		if (copy_from_user(dev->content + offset, from, n))
			return -EFAULT;
		xxh64_update(&s->sum, dev->content + offset, n);
	}
	s->in_record += n;
	return n;
}

static ssize_t load_write(struct file *file, const char __user *from, size_t wanted, loff_t *pos)
{
	struct stream *s = file->private_data;
	size_t done = 0;
	ssize_t n = 0;

	if (pos)
		return -ESPIPE;
	mutex_lock(&s->lock);
	if (s->closed)
		n = -ENODEV;
	while (!n && done < wanted) {
		if (s->complete) {
			n = -EFBIG;	/* more than a complete state */
			break;
		}
		n = load_some(s, from + done, wanted - done);
		if (n < 0)
			break;
		done += n;
		n = keep_bandwidth(s);
		if (s->in_record < sizeof(s->record) || s->in_record < record_end(s))
			continue;
		if (kind(s) == FINAL) {
			s->complete = true;
			note(s->dev, "loaded");
		} else {
			memset(&s->record, 0, sizeof(s->record));
			s->in_record = 0;
		}
	}
	mutex_unlock(&s->lock);
	return n ? n : done;	/* also after some bytes: a writer that went on would leave a gap */
}

static int stream_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

static const struct file_operations save_ops = {
	.owner = THIS_MODULE,
	.read = save_read,
	.unlocked_ioctl = save_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.release = stream_release,
};

static const struct file_operations load_ops = {
	.owner = THIS_MODULE,
	.write = load_write,
	.release = stream_release,
};

static struct stream *open_stream(struct synthdev *dev, const struct file_operations *ops, int flags)
{
	struct stream *s = kzalloc(sizeof(*s), GFP_KERNEL);
	int ret;

	if (!s)
		return ERR_PTR(-ENOMEM);
	s->file = anon_inode_getfile("synthdev", ops, s, flags);
	if (IS_ERR(s->file)) {
		ret = PTR_ERR(s->file);
		kfree(s);
		return ERR_PTR(ret);
	}
	stream_open(file_inode(s->file), s->file);
	mutex_init(&s->lock);
	s->dev = dev;
	return s;
}

static void close_stream(struct stream **held)
{
	struct stream *s = *held;

	if (!s)
		return;
	*held = NULL;
	WRITE_ONCE(s->closed, true);
	wake_up_all(&s->dev->changed);
	mutex_lock(&s->lock);	/* a caller inside still uses the device */
	mutex_unlock(&s->lock);
	fput(s->file);
}

static void close_streams(struct synthdev *dev)
{
	close_stream(&dev->saving);
	close_stream(&dev->resuming);
}

/* ---- migration states ---- */

static int accept(struct synthdev *dev)
{
	struct stream *s = dev->resuming;
	u64 checksum;
	int ret = 0;

	mutex_lock(&s->lock);
	checksum = xxh64_digest(&s->sum);
	if (!s->complete)
		ret = -ENODATA;
	else if (dev->refuse_load)
		ret = -EPERM;
	else if (checksum != le64_to_cpu(s->record.checksum))
		ret = -EBADMSG;
	if (!ret) {
		dev->checksum = checksum;
		dev->seed = le64_to_cpu(s->record.seed);
	}
	mutex_unlock(&s->lock);
	note(dev, ret ? "refused" : "accepted");
	return ret;
}

static struct file *start_saving(struct synthdev *dev, enum vfio_device_mig_state to)
{
	struct stream *s;

	if (dev->saving)
		return NULL;	/* continues from pre-copy */
	s = open_stream(dev, &save_ops, O_RDONLY);
	if (IS_ERR(s))
		return ERR_CAST(s);
	if (to == VFIO_DEVICE_STATE_STOP_COPY)
		next_record(s, FINAL);
	else if (dev->initial_bytes > 0)
		next_record(s, INITIAL);
	else
		s->in_record = sizeof(s->record);	/* as after an empty record: nothing in pre-copy */
	dev->saving = s;
	return get_file(s->file);
}

static struct file *enter(struct synthdev *dev, enum vfio_device_mig_state to)
{
	int ret;

	if (dev->fail_states & BIT(to))
		return ERR_PTR(-EIO);
	switch (to) {
	case VFIO_DEVICE_STATE_STOP_COPY:
		ret = nap(dev->stop_us);
		if (ret)
			return ERR_PTR(ret);
		fallthrough;
	case VFIO_DEVICE_STATE_PRE_COPY:
	case VFIO_DEVICE_STATE_PRE_COPY_P2P:
		return start_saving(dev, to);
	case VFIO_DEVICE_STATE_RESUMING:
		dev->resuming = open_stream(dev, &load_ops, O_WRONLY);
		if (IS_ERR(dev->resuming)) {
			ret = PTR_ERR(dev->resuming);
			dev->resuming = NULL;
			return ERR_PTR(ret);
		}
		return get_file(dev->resuming->file);
	default:
		ret = dev->state == VFIO_DEVICE_STATE_RESUMING ? accept(dev) : 0;
		if (ret)
			return ERR_PTR(ret);
		close_streams(dev);
		return NULL;
	}
}

static struct file *set_state(struct vfio_device *vdev, enum vfio_device_mig_state wanted)
{
	struct synthdev *dev = container_of(vdev, struct synthdev, vdev);
	struct file *file = NULL;

	mutex_lock(&dev->lock);
	while (dev->state != wanted && !file) {
		enum vfio_device_mig_state next;
		int ret = vfio_mig_get_next_state(vdev, dev->state, wanted, &next);

		file = ret ? ERR_PTR(ret) : enter(dev, next);
		if (IS_ERR(file))
			break;
		WRITE_ONCE(dev->state, next);
		note(dev, state_names[next]);
	}
	mutex_unlock(&dev->lock);
	return file;
}

static int get_state(struct vfio_device *vdev, enum vfio_device_mig_state *state)
{
	*state = READ_ONCE(container_of(vdev, struct synthdev, vdev)->state);
	return 0;
}

static int get_data_size(struct vfio_device *vdev, unsigned long *length)
{
	*length = container_of(vdev, struct synthdev, vdev)->size + sizeof(struct record);
	return 0;
}

static const struct vfio_migration_ops migration_ops = {
	.migration_set_state = set_state,
	.migration_get_state = get_state,
	.migration_get_data_size = get_data_size,
};

/* ---- PCI: a configuration space, and nothing else ---- */

static void reset(struct synthdev *dev, const char *what)
{
	mutex_lock(&dev->lock);
	close_streams(dev);
	WRITE_ONCE(dev->state, VFIO_DEVICE_STATE_RUNNING);
	note(dev, what);
	mutex_unlock(&dev->lock);
}

static bool in_config(loff_t pos, size_t count)
{
	loff_t start = (loff_t)VFIO_PCI_CONFIG_REGION_INDEX << REGION_SHIFT;

	return pos >= start && count <= CONFIG_SIZE && pos - start <= CONFIG_SIZE - count;
}

static ssize_t read_region(struct vfio_device *vdev, char __user *to, size_t count, loff_t *pos)
{
	struct synthdev *dev = container_of(vdev, struct synthdev, vdev);

	if (!in_config(*pos, count) || copy_to_user(to, dev->config + (*pos & (CONFIG_SIZE - 1)), count))
		return -EINVAL;
	*pos += count;
	return count;
}

/* No register has an effect; only the command register keeps its value. */
static ssize_t write_region(struct vfio_device *vdev, const char __user *from, size_t count, loff_t *pos)
{
	struct synthdev *dev = container_of(vdev, struct synthdev, vdev);

	if (!in_config(*pos, count))
		return -EINVAL;
	if ((*pos & (CONFIG_SIZE - 1)) == PCI_COMMAND && count >= 2 && copy_from_user(dev->config + PCI_COMMAND, from, 2))
		return -EFAULT;
	*pos += count;
	return count;
}

static long get_device_info(struct vfio_device_info __user *arg)
{
	struct vfio_device_info info;
	const size_t size = offsetofend(struct vfio_device_info, num_irqs);

	if (copy_from_user(&info, arg, size))
		return -EFAULT;
	if (info.argsz < size)
		return -EINVAL;
	info.flags = VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET;
	info.num_regions = VFIO_PCI_NUM_REGIONS;
	info.num_irqs = VFIO_PCI_NUM_IRQS;
	return copy_to_user(arg, &info, size) ? -EFAULT : 0;
}

static long get_region_info(struct vfio_region_info __user *arg)
{
	struct vfio_region_info info;
	const size_t size = offsetofend(struct vfio_region_info, offset);

	if (copy_from_user(&info, arg, size))
		return -EFAULT;
	if (info.argsz < size || info.index >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;
	info.offset = (u64)info.index << REGION_SHIFT;
	info.size = info.index == VFIO_PCI_CONFIG_REGION_INDEX ? CONFIG_SIZE : 0;
	info.flags = info.size ? VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE : 0;
	info.cap_offset = 0;
	return copy_to_user(arg, &info, size) ? -EFAULT : 0;
}

static long get_irq_info(struct vfio_irq_info __user *arg)
{
	struct vfio_irq_info info;
	const size_t size = offsetofend(struct vfio_irq_info, count);

	if (copy_from_user(&info, arg, size))
		return -EFAULT;
	/* The error and request interrupts do not exist: QEMU complains about ones that cannot be set up. */
	if (info.argsz < size || info.index > VFIO_PCI_MSIX_IRQ_INDEX)
		return -EINVAL;
	info.flags = 0;
	info.count = 0;
	return copy_to_user(arg, &info, size) ? -EFAULT : 0;
}

static long device_ioctl(struct vfio_device *vdev, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case VFIO_DEVICE_GET_INFO:
		return get_device_info((void __user *)arg);
	case VFIO_DEVICE_GET_REGION_INFO:
		return get_region_info((void __user *)arg);
	case VFIO_DEVICE_GET_IRQ_INFO:
		return get_irq_info((void __user *)arg);
	case VFIO_DEVICE_RESET:
		reset(container_of(vdev, struct synthdev, vdev), "reset");
		return 0;
	default:
		return -ENOTTY;
	}
}

static int open_device(struct vfio_device *vdev)
{
	struct synthdev *dev = container_of(vdev, struct synthdev, vdev);

	mutex_lock(&dev->lock);
	dev->opened = true;
	vdev->migration_flags = VFIO_MIGRATION_STOP_COPY | (dev->p2p ? VFIO_MIGRATION_P2P : 0) |
				(dev->pre_copy ? VFIO_MIGRATION_PRE_COPY : 0);
	mutex_unlock(&dev->lock);
	return 0;
}

static void close_device(struct vfio_device *vdev)
{
	struct synthdev *dev = container_of(vdev, struct synthdev, vdev);

	reset(dev, "closed");
	mutex_lock(&dev->lock);
	dev->opened = false;
	mutex_unlock(&dev->lock);
}

static int init_device(struct vfio_device *vdev)
{
	struct synthdev *dev = container_of(vdev, struct synthdev, vdev);

	mutex_init(&dev->lock);
	spin_lock_init(&dev->history_lock);
	init_waitqueue_head(&dev->changed);
	dev->state = VFIO_DEVICE_STATE_RUNNING;
	dev->p2p = 1;
	dev->pre_copy = 1;
	dev->fail_save_at = dev->fail_load_at = dev->stall_save_at = dev->stall_load_at = NEVER;
	dev->flip_at = dev->truncate_at = NEVER;
	*(__le16 *)(dev->config + PCI_VENDOR_ID) = cpu_to_le16(0x4c42);
	*(__le16 *)(dev->config + PCI_DEVICE_ID) = cpu_to_le16(0x0001);
	*(__le16 *)(dev->config + PCI_CLASS_DEVICE) = cpu_to_le16(PCI_CLASS_OTHERS << 8);
	vdev->migration_flags = VFIO_MIGRATION_STOP_COPY;
	vdev->mig_ops = &migration_ops;
	return fill(dev, 4096, 0);
}

static void release_device(struct vfio_device *vdev)
{
	vfree(container_of(vdev, struct synthdev, vdev)->content);
}

static const struct vfio_device_ops device_ops = {
	.name = "synthdev",
	.init = init_device,
	.release = release_device,
	.open_device = open_device,
	.close_device = close_device,
	.read = read_region,
	.write = write_region,
	.ioctl = device_ioctl,
	.bind_iommufd = vfio_iommufd_emulated_bind,
	.unbind_iommufd = vfio_iommufd_emulated_unbind,
	.attach_ioas = vfio_iommufd_emulated_attach_ioas,
	.detach_ioas = vfio_iommufd_emulated_detach_ioas,
};

/* ---- sysfs ---- */

struct knob {
	struct device_attribute attr;
	size_t offset;
};

static s64 *knob_of(struct device *device, struct device_attribute *attr)
{
	return (s64 *)((u8 *)dev_get_drvdata(device) + container_of(attr, struct knob, attr)->offset);
}

static ssize_t knob_show(struct device *device, struct device_attribute *attr, char *text)
{
	return sysfs_emit(text, "%lld\n", READ_ONCE(*knob_of(device, attr)));
}

static ssize_t knob_store(struct device *device, struct device_attribute *attr, const char *text, size_t length)
{
	struct synthdev *dev = dev_get_drvdata(device);
	s64 *knob = knob_of(device, attr);
	bool fixed = knob == &dev->size || knob == &dev->seed || knob == &dev->p2p || knob == &dev->pre_copy;
	s64 value;
	int ret = kstrtos64(text, 0, &value);

	if (ret)
		return ret;
	mutex_lock(&dev->lock);
	if (fixed && dev->opened)
		ret = -EBUSY;
	else if (knob == &dev->size)
		ret = value > 0 && value <= MAX_SIZE ? fill(dev, value, dev->seed) : -EINVAL;
	else if (knob == &dev->seed)
		ret = fill(dev, dev->size, value);
	else
		WRITE_ONCE(*knob, value);
	mutex_unlock(&dev->lock);
	wake_up_all(&dev->changed);
	return ret ? ret : length;
}

#define KNOB(name) static struct knob knob_##name = { __ATTR(name, 0644, knob_show, knob_store), offsetof(struct synthdev, name) }

KNOB(size);
KNOB(seed);
KNOB(p2p);
KNOB(pre_copy);
KNOB(initial_bytes);
KNOB(stop_us);
KNOB(save_us);
KNOB(load_us);
KNOB(bandwidth);
KNOB(fail_save_at);
KNOB(fail_load_at);
KNOB(stall_save_at);
KNOB(stall_load_at);
KNOB(flip_at);
KNOB(truncate_at);
KNOB(refuse_load);
KNOB(fail_states);

/* Computed from the current content, not remembered. */
static ssize_t checksum_show(struct device *device, struct device_attribute *attr, char *text)
{
	struct synthdev *dev = dev_get_drvdata(device);
	u64 checksum;

	mutex_lock(&dev->lock);
	checksum = xxh64(dev->content, dev->size, 0);
	mutex_unlock(&dev->lock);
	return sysfs_emit(text, "%016llx\n", checksum);
}
static DEVICE_ATTR_RO(checksum);

static ssize_t state_show(struct device *device, struct device_attribute *attr, char *text)
{
	struct synthdev *dev = dev_get_drvdata(device);

	return sysfs_emit(text, "%s\n", state_names[READ_ONCE(dev->state)]);
}
static DEVICE_ATTR_RO(state);

static ssize_t history_show(struct device *device, struct device_attribute *attr, char *text)
{
	struct synthdev *dev = dev_get_drvdata(device);
	unsigned int i;
	int length = 0;

	spin_lock(&dev->history_lock);
	for (i = dev->events > HISTORY ? dev->events - HISTORY : 0; i < dev->events; i++)
		length += sysfs_emit_at(text, length, "%llu %s\n", dev->history[i % HISTORY].at, dev->history[i % HISTORY].what);
	spin_unlock(&dev->history_lock);
	return length;
}
static DEVICE_ATTR_RO(history);

static struct attribute *attributes[] = {
	&knob_size.attr.attr, &knob_seed.attr.attr, &knob_p2p.attr.attr, &knob_pre_copy.attr.attr,
	&knob_initial_bytes.attr.attr, &knob_stop_us.attr.attr, &knob_save_us.attr.attr, &knob_load_us.attr.attr,
	&knob_bandwidth.attr.attr, &knob_fail_save_at.attr.attr, &knob_fail_load_at.attr.attr,
	&knob_stall_save_at.attr.attr, &knob_stall_load_at.attr.attr, &knob_flip_at.attr.attr,
	&knob_truncate_at.attr.attr, &knob_refuse_load.attr.attr, &knob_fail_states.attr.attr,
	&dev_attr_checksum.attr, &dev_attr_state.attr, &dev_attr_history.attr, NULL,
};

static const struct attribute_group attribute_group = { .name = "synthdev", .attrs = attributes };
static const struct attribute_group *attribute_groups[] = { &attribute_group, NULL };

/* ---- mdev ---- */

static int probe(struct mdev_device *mdev)
{
	struct synthdev *dev = vfio_alloc_device(synthdev, vdev, &mdev->dev, &device_ops);
	int ret;

	if (IS_ERR(dev))
		return PTR_ERR(dev);
	dev_set_drvdata(&mdev->dev, dev);
	ret = vfio_register_emulated_iommu_dev(&dev->vdev);
	if (ret)
		vfio_put_device(&dev->vdev);
	return ret;
}

static void remove(struct mdev_device *mdev)
{
	struct synthdev *dev = dev_get_drvdata(&mdev->dev);

	vfio_unregister_group_dev(&dev->vdev);
	vfio_put_device(&dev->vdev);
}

static struct mdev_driver driver = {
	.device_api = VFIO_DEVICE_API_PCI_STRING,
	.max_instances = MAX_DEVICES,
	.driver = { .name = "synthdev", .owner = THIS_MODULE, .mod_name = KBUILD_MODNAME, .dev_groups = attribute_groups },
	.probe = probe,
	.remove = remove,
};

static struct mdev_type type = { .sysfs_name = "1", .pretty_name = "migration state of any size" };
static struct mdev_type *types[] = { &type };
static struct class *parent_class;	/* its name is the start of the mdev type's name */
static struct device *parent_device;
static struct mdev_parent parent;

static int __init synthdev_init(void)
{
	int ret = mdev_register_driver(&driver);

	if (ret)
		return ret;
	parent_class = class_create("synthdev");
	if (IS_ERR(parent_class)) {
		ret = PTR_ERR(parent_class);
		goto no_class;
	}
	parent_device = device_create(parent_class, NULL, MKDEV(0, 0), NULL, "synthdev");
	if (IS_ERR(parent_device)) {
		ret = PTR_ERR(parent_device);
		goto no_device;
	}
	ret = mdev_register_parent(&parent, parent_device, &driver, types, ARRAY_SIZE(types));
	if (!ret)
		return 0;
	device_unregister(parent_device);
no_device:
	class_destroy(parent_class);
no_class:
	mdev_unregister_driver(&driver);
	return ret;
}

static void __exit synthdev_exit(void)
{
	mdev_unregister_parent(&parent);
	device_unregister(parent_device);
	class_destroy(parent_class);
	mdev_unregister_driver(&driver);
}

module_init(synthdev_init);
module_exit(synthdev_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Migratable VFIO device for tests, with state of any size, latencies and faults");
